package dev.headwater.idp.evaluate;

import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.data.Event;
import dev.headwater.idp.data.Item;
import dev.headwater.idp.data.Sequences;
import dev.headwater.idp.heldout.HeldOut;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A target domain, split into what trains, what is chosen by and what is asked in the end: by user
 * ({@link #of}) or by time ({@link #newest}).
 *
 * @param name of the domain
 * @param items ids of the catalog, by number
 * @param texts text vector of every item
 * @param train training sequences
 * @param validation questions to choose by
 * @param test questions to report
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
public record TargetData(
    String name,
    List<String> items,
    float[][] texts,
    List<int[]> train,
    List<HeldOut> validation,
    List<HeldOut> test) {
  /** Copies the ids. */
  public TargetData {
    items = List.copyOf(items);
  }

  /**
   * Of every user with three or more events the last one is the test, the one before validation,
   * the rest training.
   */
  public static TargetData of(DomainData data, float[][] texts) {
    Sequences sequences = Sequences.of(data);
    return new TargetData(
        data.name(),
        ids(data),
        texts,
        sequences.withoutLast(2),
        HeldOut.fromEnd(sequences, 2),
        HeldOut.fromEnd(sequences, 1));
  }

  /**
   * What happened in the newest days is the test, and nothing of it trains: of each user who came
   * back in that time the newest event, after all that went before. Of the events from before it
   * each user's last one validates, the rest trains.
   *
   * @param data with real times
   * @param newest how long before its newest event that time begins
   */
  public static TargetData newest(DomainData data, float[][] texts, Duration newest) {
    long last = data.events().stream().mapToLong(Event::timestamp).max().orElse(0);
    long cut = last - newest.toSeconds();
    List<Event> before = data.events().stream().filter(e -> e.timestamp() <= cut).toList();
    Set<String> back = new HashSet<>();
    data.events().stream().filter(e -> e.timestamp() > cut).forEach(e -> back.add(e.user()));
    List<Event> ofThose = data.events().stream().filter(e -> back.contains(e.user())).toList();
    Sequences old = Sequences.of(with(data, before));
    return new TargetData(
        data.name(),
        ids(data),
        texts,
        old.withoutLast(1),
        HeldOut.fromEnd(old, 1),
        HeldOut.fromEnd(Sequences.of(with(data, ofThose), 2), 1));
  }

  private static DomainData with(DomainData data, List<Event> events) {
    return new DomainData(data.name(), data.items(), events, data.realTime());
  }

  private static List<String> ids(DomainData data) {
    return data.items().stream().map(Item::id).toList();
  }

  /** The same with the texts, which take minutes to encode. */
  public TargetData withTexts(float[][] vectors) {
    return new TargetData(name, items, vectors, train, validation, test);
  }

  /** Size of the catalog. */
  public int itemCount() {
    return items.size();
  }

  /** Which items stand in a training sequence. */
  public boolean[] trained() {
    boolean[] trained = new boolean[itemCount()];
    for (int[] sequence : train) {
      for (int item : sequence) {
        trained[item] = true;
      }
    }
    return trained;
  }
}
