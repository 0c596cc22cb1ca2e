package dev.headwater.jobs.finetune;

import dev.headwater.jobs.DomainModel;
import dev.headwater.jobs.kafka.InRecord;
import dev.headwater.jobs.models.ModelWatch;
import dev.headwater.jobs.models.ServedDomains;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.api.java.tuple.Tuple3;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whose histories the first stage of a job of many domains takes from its source, and whose it
 * leaves aside to read them once more: those of a domain that got its model after they came, and of
 * one for which more waits than is learned in a moment. So no domain's clicks wait behind
 * another's, memory is bounded, and nothing is lost: a history that comes twice is learned once.
 * For the task's thread.
 */
final class DomainIntake implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DomainIntake.class);

  /** So many examples of a domain may wait before its histories are left aside … */
  private static final long MOST = 2_048;

  /** … until no more than so many do. */
  private static final long FEW = 512;

  private static final int BACKLOGS = 4;
  private static final int BATCHES_A_TICK = 4;

  /** Instead of a domain: how far the source was read. */
  private static final String SOURCE = "";

  /**
   * Instead of a partition: the domain is taken from the source, or is behind without an offset.
   */
  private static final int TAKEN = -1;

  private static final int BEHIND = -2;

  private final String jobName;
  private final ServedDomains served;
  private final Waiting waiting;
  private final HistoryBacklog.Opener opener;
  private final Map<String, FineTuneStats> stats = new HashMap<>();
  private final Map<Integer, Long> source = new TreeMap<>();
  private final Set<String> taken = new HashSet<>();

  /** From where the histories of a domain are read once more. */
  private final Map<String, Map<Integer, Long>> behind = new TreeMap<>();

  private final List<HistoryBacklog> backlogs = new ArrayList<>();
  private @Nullable ListState<Tuple3<String, Integer, Long>> state;
  private @Nullable ListState<Tuple3<String, Integer, Long>> former;

  /** What becomes of a history. */
  enum Decision {
    TAKE,
    LEFT_ASIDE,
    WITHOUT_MODEL
  }

  /** Tells how many examples of a domain wait behind the intake. */
  @FunctionalInterface
  interface Waiting {
    long of(String domain, FineTuneStats stats);
  }

  /** Takes a history that was left aside. */
  interface Taker {
    void take(InRecord record) throws Exception;
  }

  /**
   * Makes one that has taken nothing.
   *
   * @param waiting tells what waits, 0 where nobody knows
   */
  DomainIntake(
      String jobName, ServedDomains served, Waiting waiting, HistoryBacklog.Opener opener) {
    this.jobName = jobName;
    this.served = served;
    this.waiting = waiting;
    this.opener = opener;
  }

  /**
   * Reads what was saved, by all subtasks: where one was behind, all read from there once more, for
   * users may have gone from one to another.
   */
  void restore(OperatorStateStore store) throws Exception {
    if (served.isOne()) {
      return;
    }
    var type = Types.<Tuple3<String, Integer, Long>>TUPLE(Types.STRING, Types.INT, Types.LONG);
    ListState<Tuple3<String, Integer, Long>> saved =
        store.getUnionListState(new ListStateDescriptor<>("intake-of-all", type));
    state = saved;
    ListState<Tuple3<String, Integer, Long>> ofOne = // of a release whose intake was one
        store.getListState(new ListStateDescriptor<>("intake", type));
    former = ofOne;
    Map<Tuple2<String, Integer>, Integer> said = new HashMap<>();
    for (var each : List.of(saved, ofOne)) {
      read(each, said);
    }
    // Whoever was behind and had seen nothing of a partition reads that from its beginning.
    behind.forEach(
        (domain, from) ->
            from.keySet()
                .removeIf(
                    partition ->
                        said.getOrDefault(Tuple2.of(domain, partition), 0)
                            < said.getOrDefault(Tuple2.of(domain, BEHIND), 0)));
  }

  private void read(
      ListState<Tuple3<String, Integer, Long>> saved, Map<Tuple2<String, Integer>, Integer> said)
      throws Exception {
    for (Tuple3<String, Integer, Long> each : saved.get()) {
      said.merge(Tuple2.of(each.f0, each.f1), 1, Integer::sum);
      if (each.f0.equals(SOURCE)) {
        source.merge(each.f1, each.f2, Math::max);
      } else if (each.f1 == TAKEN) {
        taken.add(each.f0);
      } else {
        Map<Integer, Long> from = behind.computeIfAbsent(each.f0, domain -> new TreeMap<>());
        if (each.f1 != BEHIND) {
          from.merge(each.f1, each.f2, Math::min);
        }
      }
    }
  }

  /** Writes what a restart goes on from. */
  void save() throws Exception {
    ListState<Tuple3<String, Integer, Long>> to = state;
    if (to == null) {
      return;
    }
    List<Tuple3<String, Integer, Long>> all = new ArrayList<>();
    source.forEach((partition, offset) -> all.add(Tuple3.of(SOURCE, partition, offset)));
    taken.forEach(domain -> all.add(Tuple3.of(domain, TAKEN, 0L)));
    behind.forEach(
        (domain, from) -> {
          all.add(Tuple3.of(domain, BEHIND, 0L));
          from.forEach((partition, offset) -> all.add(Tuple3.of(domain, partition, offset)));
        });
    to.update(all);
    ListState<Tuple3<String, Integer, Long>> ofOne = former;
    if (ofOne != null) {
      ofOne.clear();
    }
  }

  FineTuneStats stats(String domain) {
    return stats.computeIfAbsent(
        domain,
        name -> {
          FineTuneStats made = FineTuneJob.stats(jobName, served, name);
          made.underWay.set(0);
          return made;
        });
  }

  /** A record could not be read: nobody knows whose it is. */
  void refused() {
    FineTuneStats.of(jobName).undecodable.increment();
  }

  /**
   * Looks which domains have a model now.
   *
   * @param fromTheStart whether the source has given nothing yet, so that nothing was missed
   */
  void look(ModelWatch watch, boolean fromTheStart) {
    for (DomainModel model : served.present(watch)) {
      String domain = model.domain();
      if (taken.add(domain) && !fromTheStart) {
        LOG.info("{}: domain {} has a model now; its histories are read", jobName, domain);
        behind.put(domain, new TreeMap<>());
      }
    }
  }

  /** Decides about the next history of the source. */
  Decision decide(String domain, InRecord record) {
    if (served.isOne()) {
      return Decision.TAKE;
    }
    if (domain.isEmpty()) {
      return Decision.TAKE; // it goes to the dead letters
    }
    source.put(record.partition(), record.offset() + 1);
    if (!taken.contains(domain)) {
      return Decision.WITHOUT_MODEL;
    }
    if (!behind.containsKey(domain) && taken.size() > 1 && waiting(domain) >= MOST) {
      Map<Integer, Long> from = new TreeMap<>(source);
      from.put(record.partition(), record.offset());
      behind.put(domain, from);
      LOG.info("{}: domain {} is behind: its histories wait in Kafka", jobName, domain);
    }
    if (behind.containsKey(domain)) {
      stats(domain).skipped.incrementAndGet();
      stats(domain).backlogs.set(1);
      return Decision.LEFT_ASIDE;
    }
    return Decision.TAKE;
  }

  private long waiting(String domain) {
    return waiting.of(domain, stats(domain));
  }

  /** Takes some of what was left aside, as long as it is learned as quickly as it is taken. */
  void takeBacklog(Taker taker) throws Exception {
    openBacklogs();
    for (Iterator<HistoryBacklog> each = backlogs.iterator(); each.hasNext(); ) {
      HistoryBacklog backlog = each.next();
      if (takeSome(backlog, taker)) {
        each.remove();
        backlog.close();
      }
    }
  }

  private void openBacklogs() {
    Set<String> reading = new HashSet<>();
    backlogs.forEach(each -> reading.addAll(each.domains()));
    Set<String> late = new HashSet<>();
    for (Map.Entry<String, Map<Integer, Long>> each : behind.entrySet()) {
      if (reading.contains(each.getKey())) {
        continue;
      }
      if (each.getValue().isEmpty()) {
        late.add(each.getKey()); // one reading is enough for all that came late
      } else if (backlogs.size() < BACKLOGS && waiting(each.getKey()) <= FEW) {
        backlogs.add(open(Set.of(each.getKey()), each.getValue()));
      }
    }
    if (!late.isEmpty()) {
      backlogs.add(open(late, Map.of()));
    }
  }

  private HistoryBacklog open(Set<String> domains, Map<Integer, Long> from) {
    return opener.open(jobName + "-backlog", domains, from);
  }

  /** True where it has come to where the source is. */
  private boolean takeSome(HistoryBacklog backlog, Taker taker) throws Exception {
    for (int i = 0; i < BATCHES_A_TICK; i++) {
      if (backlog.domains().stream().anyMatch(domain -> waiting(domain) >= MOST)) {
        return false;
      }
      HistoryBacklog.Batch batch = backlog.poll();
      if (batch == null) {
        return false;
      }
      for (InRecord record : batch.records()) {
        taker.take(record);
      }
      if (isThere(backlog.domains(), batch.next())) {
        backlog.domains().forEach(behind::remove);
        backlog.domains().forEach(domain -> stats(domain).backlogs.set(0));
        LOG.info("{}: nothing of {} is left aside any more", jobName, backlog.domains());
        return true;
      }
    }
    return false;
  }

  private boolean isThere(Set<String> domains, Map<Integer, Long> next) {
    for (String domain : domains) {
      Map<Integer, Long> from = behind.getOrDefault(domain, new TreeMap<>());
      from.putAll(next);
      behind.put(domain, from);
    }
    Map<Integer, Long> from = behind.getOrDefault(domains.iterator().next(), Map.of());
    return source.entrySet().stream()
        .allMatch(each -> from.getOrDefault(each.getKey(), 0L) >= each.getValue());
  }

  @Override
  public void close() {
    backlogs.forEach(HistoryBacklog::close);
    backlogs.clear();
  }
}
