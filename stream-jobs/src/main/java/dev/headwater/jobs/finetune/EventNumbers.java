package dev.headwater.jobs.finetune;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple5;
import org.jspecify.annotations.Nullable;

/**
 * Numbers the events that a subtask takes in, by which one is told from another of its domain: the
 * time of the history's record, below it a counter, the partition and the subtask. Those of a
 * partition grow in its order. One that is read again has the number that it had, whatever was read
 * of other partitions meanwhile, also by an attempt without state but for what compaction took; and
 * numbers of partitions and subtasks side by side are as far apart as the times of what is read. A
 * hybrid logical clock (Kulkarni et al., OPODIS 2014) a partition, which hears nobody. For the
 * task's thread.
 */
final class EventNumbers {
  private static final int COUNTER_BITS = 6;
  private static final int PARTITION_BITS = 6;
  private static final int SUBTASK_BITS = 7;

  private final int subtask;
  private final Map<String, Map<Integer, Long>> counters = new TreeMap<>();
  private @Nullable ListState<Tuple5<String, Integer, Integer, Integer, Long>> state;
  private int subtasks = 1;

  /** Numbers events of one of up to 128 subtasks. */
  EventNumbers(int subtask) {
    this.subtask = subtask;
  }

  /**
   * Goes on with what subtasks saved: with its own, or behind all where their number is another.
   */
  void restore(OperatorStateStore store, int ofSubtasks) throws Exception {
    subtasks = ofSubtasks;
    ListState<Tuple5<String, Integer, Integer, Integer, Long>> saved =
        store.getUnionListState(
            new ListStateDescriptor<>(
                "event-numbers",
                Types.TUPLE(Types.STRING, Types.INT, Types.INT, Types.INT, Types.LONG)));
    state = saved;
    for (Tuple5<String, Integer, Integer, Integer, Long> each : saved.get()) {
      if (each.f3 != subtasks || each.f2 == subtask) {
        goOnBehind(each.f0, Map.of(each.f1, each.f4));
      }
    }
  }

  /** Goes on behind what {@link #counters} returned. */
  void goOnBehind(String domain, Map<Integer, Long> saved) {
    saved.forEach((partition, counter) -> of(domain).merge(partition, counter, Math::max));
  }

  /** Returns what is to be saved of a domain, by partition. */
  Map<Integer, Long> counters(String domain) {
    return Map.copyOf(of(domain));
  }

  private Map<Integer, Long> of(String domain) {
    return counters.computeIfAbsent(domain, name -> new TreeMap<>());
  }

  /**
   * Numbers the next event.
   *
   * @param partition of the record in which it came
   * @param recordMs time of that, Unix milliseconds
   */
  long next(String domain, int partition, long recordMs) {
    long last = of(domain).getOrDefault(partition, 0L);
    long counter = Math.max(last + 1, recordMs << COUNTER_BITS);
    of(domain).put(partition, counter);
    long place = partition & ((1 << PARTITION_BITS) - 1);
    return (counter << PARTITION_BITS | place) << SUBTASK_BITS | subtask;
  }

  /** Returns the lowest number that an event of this time can have. */
  static long atLeast(long recordMs) {
    return recordMs << (COUNTER_BITS + PARTITION_BITS + SUBTASK_BITS);
  }

  /** Writes them to the state. */
  void save() throws Exception {
    ListState<Tuple5<String, Integer, Integer, Integer, Long>> to = state;
    if (to != null) {
      List<Tuple5<String, Integer, Integer, Integer, Long>> all = new ArrayList<>();
      counters.forEach(
          (domain, of) ->
              of.forEach(
                  (partition, last) ->
                      all.add(Tuple5.of(domain, partition, subtask, subtasks, last))));
      to.update(all);
    }
  }
}
