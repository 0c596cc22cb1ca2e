package dev.headwater.chaos;

import java.time.Duration;

/**
 * One thing that can go wrong.
 *
 * @param name as {@code --fault} takes it
 * @param meaning what is done, and what must hold besides the rules that always hold
 * @param strike does it, under load, and returns when the cause is gone
 * @param allowsOvertaken whether a row may be followed by an older one for a moment: a writer that
 *     stood still may still send what it had in hand
 */
record Fault(String name, String meaning, Strike strike, boolean allowsOvertaken) {
  /** How long a killed process stays away, as a supervisor would need to start it again. */
  static final Duration AWAY = Duration.ofSeconds(3);

  /** Does it. */
  interface Strike {
    /** Returns when the cause is gone: processes run again, odd input has ended. */
    void at(Stage stage) throws Exception;
  }

  /** Tells whether it is done to brokers, which have to be processes of ours then. */
  boolean needsBrokers() {
    return name.startsWith("broker") || name.equals("rolling-restart");
  }

  Fault(String name, String meaning, Strike strike) {
    this(name, meaning, strike, false);
  }
}
