package dev.headwater.jobs.finetune;

import dev.headwater.jobs.DomainModel;
import dev.headwater.jobs.models.ModelWatch;
import dev.headwater.jobs.models.ServedDomains;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The workers of a subtask, one a domain: they take turns, and those of one encoder go through it
 * together. What they hold is worked out and sent before each checkpoint barrier, so that nothing
 * of them is kept. For the task's thread.
 */
final class Workers implements AutoCloseable {
  private static final String STEP = "~step";

  private final Place place;
  private final ModelOpener<LearnedWith> opener;
  private final Map<String, DomainWorker> workers = new TreeMap<>();
  private int turn;
  private long lookedMs;

  /**
   * Where they work.
   *
   * @param job its name
   * @param served which domains
   * @param settings how they learn
   * @param ports what they open
   * @param watch tells which bundle is announced
   * @param routes to the owners
   * @param out takes what is for them
   * @param subtask this one
   */
  record Place(
      String job,
      ServedDomains served,
      FineTuneConfig.Settings settings,
      FineTuneJob.Beside ports,
      ModelWatch watch,
      OwnerRoutes routes,
      Consumer<ForOwner> out,
      int subtask) {}

  /** What takes its time and can be had on any thread. */
  private record LearnedWith(LearningModel model, FineTuneJob.ModelPorts ports) {
    static LearnedWith of(FineTuneJob.ModelPorts ports) throws Exception {
      return new LearnedWith(ports.models().open(), ports);
    }
  }

  /** Opens the bundles that there are. */
  Workers(Place place) throws Exception {
    this.place = place;
    opener = new ModelOpener<>(place.job(), place.ports(), place.served(), LearnedWith::of);
  }

  private DomainWorker worker(String domain) {
    return workers.computeIfAbsent(
        domain,
        name -> {
          long seed = place.settings().seed() + 1_000_003L * (1 + place.subtask());
          return new DomainWorker(name, place.settings(), seed);
        });
  }

  /** Takes an event that is not routed yet. */
  void take(String domain, TrainingExample event, long nowMs) throws InterruptedException {
    boolean full = worker(domain).take(event, nowMs);
    if (full && place.served().isOne()) {
      worker(domain).drain();
      work(List.of(worker(domain).next()));
    }
  }

  /** Returns how many events of a domain wait. */
  long waiting(String domain) {
    DomainWorker known = workers.get(domain);
    return known == null ? 0 : known.waiting();
  }

  /** Does what is due. */
  void tick(long nowMs) throws Exception {
    lookForModels(nowMs);
    for (DomainWorker worker : workers.values()) {
      worker.drain();
    }
    List<DomainWorker.Batch> due =
        workers.values().stream()
            .filter(worker -> worker.isDue(nowMs))
            .map(DomainWorker::next)
            .collect(Collectors.toCollection(ArrayList::new));
    if (!due.isEmpty()) {
      Collections.rotate(due, -(turn++ % due.size()));
      work(due);
    }
  }

  private void lookForModels(long nowMs) throws Exception {
    if (lookedMs > 0 && nowMs - lookedMs < ModelOpener.LOOK_MS) {
      return;
    }
    lookedMs = nowMs;
    for (DomainModel model : place.served().present(place.watch())) {
      DomainWorker worker = worker(model.domain());
      LearnedWith opened = worker.lacks(model) ? opener.open(model) : null;
      if (opened != null) {
        worker.begin(model, opened.model(), opened.ports().feeds(), place.job());
      }
    }
  }

  /** Works out all that waits and sends it. */
  void flush() {
    for (DomainWorker worker : workers.values()) {
      flush(worker);
    }
  }

  /** The same for one domain. */
  void flush(String domain) {
    DomainWorker known = workers.get(domain);
    if (known != null) {
      flush(known);
    }
  }

  private void flush(DomainWorker worker) {
    while (worker.waiting() > 0) {
      work(List.of(worker.next()));
    }
  }

  /** Rows stay as they are while batches are encoded, and no longer: owners may be slow to take. */
  private void work(List<DomainWorker.Batch> batches) {
    List<ForOwner> made = new ArrayList<>();
    try {
      Turn.encode(batches).forEach(turn -> made.addAll(forOwners(turn)));
    } finally {
      batches.forEach(batch -> batch.of().done());
    }
    made.forEach(place.out());
  }

  private List<ForOwner> forOwners(Turn turn) {
    DomainWorker worker = turn.batch().of();
    List<byte[]> parts = worker.forOwners(turn.batch(), turn.encoded(), place.routes());
    List<ForOwner> made = new ArrayList<>();
    for (int owner = 0; owner < parts.size(); owner++) {
      String route = place.routes().to(worker.domain(), STEP, owner);
      made.add(new ForOwner(route, null, parts.get(owner)));
    }
    return made;
  }

  @Override
  public void close() {
    workers.values().forEach(DomainWorker::close);
    opener.close();
  }
}
