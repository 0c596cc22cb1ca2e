package dev.headwater.configuration;

import java.util.List;

/** A configuration cannot be used; the message names every problem with its file and line. */
public final class ConfigurationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ConfigurationException(String message) {
    super(message);
  }

  static ConfigurationException of(String what, List<String> problems) {
    return new ConfigurationException(
        "%s has %d problem(s):%n  %s"
            .formatted(
                what, problems.size(), String.join(System.lineSeparator() + "  ", problems)));
  }
}
