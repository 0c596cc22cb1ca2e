package dev.headwater.platform.cli;

/** What a verb's exit status says to the script that called it. */
public final class ExitStatus {
  /** The verb did its work. */
  public static final int DONE = 0;

  /** It could not do its work, or found what it looked for wrong; the last line says why. */
  public static final int FAILED = 1;

  /** It was called in a way that it does not have; nothing was tried. */
  public static final int WRONG_USE = 2;

  /** It did its work, and what came of it is not good enough to be used: all is as it was. */
  public static final int REFUSED = 3;

  private ExitStatus() {}
}
