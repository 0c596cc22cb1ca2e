package dev.headwater.serving.users;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;

/** The state of a user whose newest click is in a recorded trace. */
public final class TracedUserState extends UserState {
  private final SpanContext click;
  private final Span encoding;

  /**
   * Creates one without vector.
   *
   * @param codes codes of liked items, oldest first
   * @param disliked codes of items that the user does not want
   * @param eventId the event that caused this history
   * @param eventTimeMs its time, Unix milliseconds
   * @param click the span in which the history was taken in
   * @param encoding ended when the vector is there, or no longer wanted
   */
  public TracedUserState(
      int[] codes,
      int[] disliked,
      String eventId,
      long eventTimeMs,
      SpanContext click,
      Span encoding) {
    super(codes, disliked, eventId, eventTimeMs);
    this.click = click;
    this.encoding = encoding;
  }

  @Override
  public SpanContext click() {
    return click;
  }

  @Override
  public void vector(UserVector made) {
    super.vector(made);
    encoding.end();
  }

  @Override
  public void replaced() {
    super.replaced();
    if (vector() == null) {
      encoding.setAttribute("headwater.outcome", "replaced");
    }
    encoding.end();
  }
}
