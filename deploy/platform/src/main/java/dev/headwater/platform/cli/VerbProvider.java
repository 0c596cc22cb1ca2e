package dev.headwater.platform.cli;

import java.util.List;

/**
 * Adds verbs to the launcher without the launcher knowing of them, found by {@link
 * java.util.ServiceLoader}: so that what measures and what breaks an installation is no part of
 * what is installed.
 */
public interface VerbProvider {
  /** Returns classes annotated as picocli commands, each with a constructor without parameters. */
  List<Class<?>> verbs();
}
