package dev.headwater.platform.config;

import java.nio.file.Path;

/** Where the installation lies: the checkout's root, or what the image's launcher names. */
public final class Home {
  private Home() {}

  /** Returns the directory that relative places of this installation start from. */
  public static Path directory() {
    return Path.of(System.getProperty("headwater.home", ".")).toAbsolutePath().normalize();
  }
}
