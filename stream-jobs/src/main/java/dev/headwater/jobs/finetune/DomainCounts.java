package dev.headwater.jobs.finetune;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;

/**
 * A number a domain in an operator's state, of which every subtask gets all back. A job of one
 * domain keeps it as it always did, a plain number; neither of the two reads the other's state, for
 * their keys mean different things. For the task's thread.
 */
final class DomainCounts {
  private final String only;
  private final ListState<Long> one;
  private final ListState<Tuple2<String, Long>> many;
  private final Map<String, Long> counts = new TreeMap<>();

  private DomainCounts(String only, ListState<Long> one, ListState<Tuple2<String, Long>> many) {
    this.only = only;
    this.one = one;
    this.many = many;
  }

  /**
   * Reads what was saved.
   *
   * @param name of the state
   * @param only the domain of a job of one, empty for a job of many
   */
  static DomainCounts restore(String name, String only, OperatorStateStore store) throws Exception {
    DomainCounts counts =
        new DomainCounts(
            only,
            store.getUnionListState(new ListStateDescriptor<>(name, Types.LONG)),
            store.getUnionListState(
                new ListStateDescriptor<>(name + "s", Types.TUPLE(Types.STRING, Types.LONG))));
    boolean ofOne = false;
    for (long saved : counts.one.get()) {
      counts.counts.merge(only, saved, Math::max);
      ofOne = true;
    }
    boolean ofMany = false;
    for (Tuple2<String, Long> saved : counts.many.get()) {
      counts.counts.merge(saved.f0, saved.f1, Math::max);
      ofMany = true;
    }
    if (only.isEmpty() ? ofOne : ofMany) {
      throw new IllegalStateException(
          "state of a job of %s cannot be taken over by one of %s: start it with --from nothing,"
                  .formatted(ofOne ? "one domain" : "many", ofOne ? "many" : "one domain")
              + " it goes on from what is published (docs/upgrade.md)");
    }
    return counts;
  }

  long get(String domain, long otherwise) {
    return counts.getOrDefault(domain, otherwise);
  }

  void put(String domain, long count) {
    counts.put(domain, count);
  }

  /** Writes them to the state. */
  void save() throws Exception {
    List<Tuple2<String, Long>> all = new ArrayList<>();
    counts.forEach((domain, count) -> all.add(Tuple2.of(domain, count)));
    if (only.isEmpty()) {
      many.update(all);
    } else {
      one.update(List.of(get(only, -1)));
    }
  }
}
