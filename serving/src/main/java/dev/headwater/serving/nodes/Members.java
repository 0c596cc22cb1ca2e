package dev.headwater.serving.nodes;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Who is there, by what nodes say of themselves. A node counts while its beats come: reckoned by
 * the beats of this node in the same topic, for clocks differ, and a node that stood still, or
 * hears no broker, has no reason to think that the others have gone. What was written before this
 * node began to follow counts for nothing, its writer may be long gone.
 *
 * <p>Of several divisions the one with the highest generation serves all of whose shards are held
 * by a node that is ready, and have been for two beats, in which its own nodes hear of that, too;
 * while none is, the one that lacks the fewest. So a division of more shards is loaded beside the
 * one that serves, and takes its place as a whole. Every node comes to that by itself; where two
 * differ for a moment, each answer is made of one division all the same.
 *
 * <p>Thread-safe.
 */
public final class Members {
  private static final int SETTLED_BEATS = 2;

  private final String self;
  private final int silentBeats;
  private final Map<String, Heard> heard = new HashMap<>();
  private final Map<String, Long> failed = new HashMap<>();
  private final Map<Integer, Long> completeSince = new HashMap<>();
  private long ownBeats;
  private volatile Map<Integer, Division> divisions = Map.of();
  private volatile @Nullable Division serving;

  /** The last record of a node and how many of this node's came before it. */
  private record Heard(Member member, long afterBeats) {}

  /**
   * Creates it.
   *
   * @param self the name of this node
   * @param silentBeats so many beats of this node without one of another, and that counts no more
   */
  public Members(String self, int silentBeats) {
    this.self = self;
    this.silentBeats = silentBeats;
  }

  /** A node says this of itself. */
  public synchronized void hear(Member member) {
    heard.put(member.node(), new Heard(member, ownBeats));
    if (member.node().equals(self)) {
      ownBeats++;
      heard.values().removeIf(each -> ownBeats - each.afterBeats() > silentBeats);
      failed.keySet().retainAll(heard.keySet());
    }
    reckon();
  }

  /**
   * Tells whether this node has listened for so long that it heard everybody who counts. Before
   * that it may know one replica of a shard and not the other, and lack the shard when that goes.
   */
  public synchronized boolean hasListened() {
    return ownBeats > silentBeats;
  }

  /** A node is gone for good. */
  public synchronized void forget(String node) {
    heard.remove(node);
    failed.remove(node);
    reckon();
  }

  private void reckon() {
    Map<Integer, List<Member>> generations = new TreeMap<>(Comparator.reverseOrder());
    for (Heard each : heard.values()) {
      if (each.member().ready()) {
        generations
            .computeIfAbsent(each.member().generation(), key -> new ArrayList<>())
            .add(each.member());
      }
    }
    Map<Integer, Division> all = new LinkedHashMap<>();
    generations.forEach((number, members) -> all.put(number, division(number, members)));
    completeSince.keySet().removeIf(number -> !isComplete(all.get(number)));
    for (Division each : all.values()) {
      if (each.isComplete()) {
        completeSince.putIfAbsent(each.generation(), ownBeats);
      }
    }
    divisions = all;
    serving =
        all.values().stream()
            .filter(this::isSettled)
            .findFirst()
            .orElseGet(() -> leastLacking(all));
  }

  private static boolean isComplete(@Nullable Division division) {
    return division != null && division.isComplete();
  }

  private boolean isSettled(Division division) {
    Long since = completeSince.get(division.generation());
    return since != null && ownBeats - since >= SETTLED_BEATS;
  }

  private static @Nullable Division leastLacking(Map<Integer, Division> highestFirst) {
    return highestFirst.values().stream()
        .min(Comparator.comparingInt(Division::missing))
        .orElse(null);
  }

  /** Members of one generation that count shards differently were set up wrongly: the most win. */
  private static Division division(int generation, List<Member> members) {
    int count = members.stream().mapToInt(each -> each.slice().shards()).max().orElse(1);
    return Division.of(
        generation,
        count,
        members.stream().filter(each -> each.slice().shards() == count).toList());
  }

  /** Returns the division that serves, null while nobody is ready. */
  public @Nullable Division serving() {
    return serving;
  }

  /** Returns a division by its generation, null while none of its nodes is ready. */
  public @Nullable Division of(int generation) {
    return divisions.get(generation);
  }

  /** Returns how many nodes count. */
  public synchronized int size() {
    return heard.size();
  }

  /** A node did not answer: until its next beat it is asked only where nobody else can be. */
  public synchronized void failed(Member member) {
    Heard last = heard.get(member.node());
    failed.put(member.node(), last == null ? member.beat() : last.member().beat());
  }

  /** Tells whether a node has failed and was not heard since. */
  public synchronized boolean isSuspect(Member member) {
    Long beat = failed.get(member.node());
    Heard last = heard.get(member.node());
    return last == null || (beat != null && last.member().beat() <= beat);
  }
}
