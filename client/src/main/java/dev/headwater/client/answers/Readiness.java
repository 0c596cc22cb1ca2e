package dev.headwater.client.answers;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether a node may get traffic.
 *
 * @param ready whether it may
 * @param fractionLoaded part of the topics, as they stood at the start, that was taken in; 0 to 1
 * @param stalenessSeconds how far behind the topics the node is, at most
 * @param waitingFor what is missing, for a person
 * @param failure what stopped a follower; absent while all are well
 */
public record Readiness(
    boolean ready,
    double fractionLoaded,
    double stalenessSeconds,
    List<String> waitingFor,
    @Nullable String failure) {
  /** Copies the list. */
  public Readiness {
    waitingFor = List.copyOf(waitingFor);
  }
}
