package dev.headwater.events.kafka;

/** The broker did not answer, or topics are missing or set up otherwise: nothing was started. */
public final class KafkaUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates one.
   *
   * @param message what to tell the person who started the part
   */
  public KafkaUnavailableException(String message) {
    super(message);
  }
}
