package dev.headwater.launcher.cli;

/** Where settings start from, before single ones are changed. */
enum Preset {
  /** What measured best. */
  OURS,
  /** What the IDP paper writes, where it says how. */
  PAPER
}
