package dev.headwater.configuration;

import java.nio.file.Path;

/**
 * Where an installation lies: relative paths of {@code bundle-directory} and the like start here.
 */
public final class Home {
  private Home() {}

  /** Returns system property {@code headwater.home}, else the working directory. */
  public static Path directory() {
    return Path.of(System.getProperty("headwater.home", ".")).toAbsolutePath().normalize();
  }
}
