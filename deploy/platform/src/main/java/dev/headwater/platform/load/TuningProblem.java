package dev.headwater.platform.load;

import dev.headwater.platform.report.VerbException;
import java.util.Locale;

/**
 * Why a domain's topics give nothing to tune a bundle on, or the bundle cannot be announced. The
 * code ends the message, for who searches logs of a job that runs by itself; codes are never
 * renamed.
 */
public enum TuningProblem {
  /** No broker answers, or topics are missing. */
  KAFKA_UNAVAILABLE,
  /** Nobody's history stands in the topic. */
  EMPTY_TOPIC,
  /** Others' histories and items stand there, of this domain none. */
  UNKNOWN_DOMAIN,
  /** Too little happened to learn from or to judge by. */
  TOO_FEW_EVENTS,
  /** The catalog is larger than one process tunes on. */
  TOO_MANY_ITEMS,
  /** No bundle was ever announced for the domain. */
  NO_MODEL,
  /** Another bundle was announced for the domain while this one was tuned. */
  MODEL_CHANGED;

  /** Returns the code as it stands in messages, for example {@code empty_topic}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns an exception with the code behind its message. */
  public VerbException says(String message) {
    return new VerbException(message + " (" + code() + ")");
  }
}
