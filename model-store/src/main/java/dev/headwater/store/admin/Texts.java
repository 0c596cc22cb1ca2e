package dev.headwater.store.admin;

/** Bounds of what callers write. */
final class Texts {
  /** Longest name, reason or parameter, in characters. */
  static final int MAX = 1_000;

  private Texts() {}
}
