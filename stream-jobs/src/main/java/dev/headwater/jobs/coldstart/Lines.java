package dev.headwater.jobs.coldstart;

import dev.headwater.idp.text.TextEncoder;
import dev.headwater.jobs.DomainModel;
import dev.headwater.jobs.models.ModelWatch;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lines of a subtask, one a domain, each with the bundle that is announced. A newly announced
 * bundle is opened aside on a thread of its own ({@link #step} is what that does): its rows are
 * made for all items there are, then the line is exchanged, then what came meanwhile is made up
 * for. A bundle that cannot be opened leaves the old one at work.
 */
final class Lines implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Lines.class);
  private static final long LOOK_MS = 250;

  /** How long after a text was ready its row may take to be in the topic. */
  private static final long SENDING_MS = 60_000;

  /** How long after a bundle could not be used it is tried again. */
  private static final long TRY_AGAIN_MS = 30_000;

  /** A bundle that could not be used, and when. */
  private record Refused(String bundle, long nanos) {}

  /** Rows that are being carried to a domain's bundle, and when any last had to be. */
  private record Carrying(CarryOver over, long lastNanos) {}

  private final String name;
  private final Surroundings around;
  private final ColdStartConfig config;
  private final MatchingModel.Opener models;
  private final OpenEncoders encoders;
  private final ModelWatch watch;
  private final Map<String, Carrying> carrying = new HashMap<>();
  private final Map<String, DomainLine> lines = new ConcurrentHashMap<>();
  private final Map<String, Refused> refused = new HashMap<>();
  private final Map<String, String> textEncoderOf = new ConcurrentHashMap<>();
  private final EarlyRows early;
  private final EarlyPasses passes;
  private final WrittenRows written;
  private final Thread thread;
  private final Map<String, WeakReference<MatchingModel>> opened = new HashMap<>();
  private final Set<String> unfilled = ConcurrentHashMap.newKeySet();
  private final Set<String> filling = ConcurrentHashMap.newKeySet();

  private final PassedBy passedBy = new PassedBy();
  private volatile boolean fillsAll;
  private volatile @Nullable FirstItems first;
  private boolean begun;
  private volatile boolean closed;
  private volatile @Nullable Throwable ended;

  private Lines(
      String name,
      Surroundings around,
      ColdStartConfig config,
      MatchingModel.Opener models,
      OpenEncoders encoders,
      ModelWatch watch,
      WrittenRows written) {
    this.name = name;
    this.around = around;
    this.config = config;
    this.models = models;
    this.encoders = encoders;
    this.watch = watch;
    this.written = written;
    this.early =
        new EarlyRows(
            around, ColdStartStats.of(name), written, config.settings().parallelism() == 1);
    this.passes = new EarlyPasses(early, around, config.settings());
    this.thread = new Thread(this::follow, name + "-bundles");
    this.thread.setDaemon(true);
  }

  /** Opens the announced bundle of every domain, or the configured one, and reads their rows. */
  static Lines open(
      String name,
      Surroundings around,
      ColdStartConfig config,
      MatchingModel.Opener models,
      TextEncoders encoders,
      ModelWatch watch,
      WrittenRows written)
      throws Exception {
    Lines opened =
        new Lines(name, around, config, models, new OpenEncoders(encoders), watch, written);
    try {
      for (DomainModel model : config.served().present(watch)) {
        opened.openAtStart(model);
      }
      for (DomainLine line : opened.lines.values()) {
        line.awaitCaughtUp(config.settings().loadTimeout());
      }
    } catch (Exception e) {
      opened.close();
      throw e;
    }
    return opened;
  }

  /** Begins to follow what is announced, on a thread of its own. */
  Lines start() {
    thread.start();
    return this;
  }

  @Nullable DomainLine get(String domain) {
    return lines.get(domain);
  }

  /** Returns all bundles a domain had or has: an item that ends, ends under each. */
  Set<String> bundles(DomainLine line) {
    Set<String> all = new LinkedHashSet<>();
    all.add(line.model().bundleId());
    config.served().configured().stream()
        .filter(model -> model.domain().equals(line.model().domain()))
        .forEach(model -> all.add(model.bundleId()));
    all.addAll(watch.all(line.model().domain()));
    return all;
  }

  /** A domain that names its bundle needs it; one whose bundle was announced may wait for it. */
  private void openAtStart(DomainModel model) throws Exception {
    try {
      lines.put(model.domain(), open(model));
    } catch (Exception e) {
      if (config.served().configured().stream().anyMatch(m -> m.domain().equals(model.domain()))) {
        throw e;
      }
      refuse(model, e);
    }
  }

  private void refuse(DomainModel model, Exception why) {
    LOG.error("bundle {} of domain {} cannot be used now", model.bundleId(), model.domain(), why);
    refused.put(model.domain(), new Refused(model.bundleId(), around.nanos()));
  }

  /** Returns how many domains have no bundle yet. */
  int waiting() {
    return config.served().waiting(watch).size();
  }

  /** Returns how many domains have one. */
  int size() {
    return lines.size();
  }

  /** Tells whether a domain is served, or will be once it has a bundle. */
  boolean serves(String domain) {
    return config.served().contains(domain);
  }

  /**
   * Sets what makes rows of items that were accepted before their domain had a bundle.
   *
   * @param filled domains of which no item was left aside when this job was last saved
   * @param all whether items of the whole topic are this subtask's to make when a domain begins; of
   *     the others each sees to a domain of which it passed items by
   */
  void fillWith(FirstItems items, Set<String> filled, boolean all) {
    first = items;
    fillsAll = all;
    lines.keySet().stream().filter(domain -> !filled.contains(domain)).forEach(unfilled::add);
  }

  /** Tells whether a domain has a bundle, whether it is open here or not. */
  boolean isAnnounced(String domain) {
    return config.served().present(watch).stream().anyMatch(model -> model.domain().equals(domain));
  }

  /** An item came, or an end, while its domain has no bundle here. */
  void passBy(String domain) {
    if (serves(domain)) {
      passedBy.add(domain, around.nanos());
    }
  }

  /** Some items of a domain were passed over: they are looked at in a pass of their own. */
  void leaveAside(String domain) {
    unfilled.add(domain);
  }

  /** Returns the domains of which no item is left aside. */
  Set<String> filled() {
    Set<String> all = new HashSet<>(lines.keySet());
    all.removeAll(filling);
    all.removeAll(unfilled);
    all.removeAll(passedBy.domains());
    return all;
  }

  private void fill() {
    FirstItems items = first;
    passedBy.take(lines::containsKey, around.nanos(), unfilled::add);
    if (items == null || unfilled.isEmpty()) {
      return;
    }
    Set<String> now = Set.copyOf(unfilled);
    filling.addAll(now);
    unfilled.removeAll(now); // what is left aside from now on needs another pass
    try {
      items.run(now);
    } catch (InterruptException e) {
      unfilled.addAll(now);
      throw e;
    } catch (RuntimeException e) {
      LOG.warn("items of {} are made in the next pass", now, e);
      unfilled.addAll(now);
    } finally {
      filling.clear();
    }
  }

  /** Domains that came since: all are opened, then their rows are read in one pass. */
  private void begin(List<DomainModel> models) throws InterruptedException {
    List<DomainLine> opened = new ArrayList<>();
    for (DomainModel model : models) {
      try {
        opened.add(open(model));
      } catch (InterruptedException e) {
        throw e;
      } catch (Exception e) {
        refuse(model, e);
      }
    }
    for (DomainLine line : opened) {
      try {
        line.awaitCaughtUp(config.settings().loadTimeout());
        lines.put(line.model().domain(), line);
        if (fillsAll) {
          unfilled.add(line.model().domain());
        }
        LOG.info("domain {} begins with bundle {}", line.model().domain(), line.model().bundleId());
        var unused = tryCarrying(line);
      } catch (RuntimeException e) {
        refuse(line.model(), e);
        line.close();
      }
    }
  }

  /** One reading of a bundle serves all domains that work with it. */
  private MatchingModel matching(DomainModel model) throws Exception {
    WeakReference<MatchingModel> known = opened.get(model.bundleId());
    MatchingModel present = known == null ? null : known.get();
    if (present == null) {
      present = models.open(model).measured(ColdStartStats.of(name));
      opened.put(model.bundleId(), new WeakReference<>(present));
    }
    return present;
  }

  private DomainLine open(DomainModel model) throws Exception {
    MatchingModel matching = matching(model);
    TextEncoder encoder = encoders.get(model, matching);
    // Its rows say by it which attempt made them.
    long epoch = around.claim(model);
    DomainLine line =
        new DomainLine(name + "-rows", around, model, config, matching, encoder, epoch);
    textEncoderOf.put(model.bundleId(), matching.textEncoderId());
    return line;
  }

  private void follow() {
    try {
      while (!closed) {
        step();
        TimeUnit.MILLISECONDS.sleep(LOOK_MS);
      }
    } catch (InterruptedException e) {
      LOG.debug("interrupted to close");
    } catch (InterruptException e) {
      LOG.debug("interrupted to close while sending");
    } catch (RuntimeException | Error e) {
      LOG.error("{}: bundles are not followed any more", name, e);
      ended = e;
    }
  }

  /** Throws what ended the thread that follows what is announced. */
  void requireHealthy() {
    Throwable why = ended;
    if (why != null) {
      throw new IllegalStateException("bundles are not followed any more", why);
    }
  }

  /** Does what is due: exchanges bundles, carries rows over, repairs, makes early rows again. */
  void step() throws InterruptedException {
    watch.requireHealthy();
    if (!begun) {
      begun = true;
      for (DomainLine line : lines.values()) {
        begun &= tryCarrying(line); // an exchange that a crash cut off
      }
    }
    ColdStartStats.of(name).withoutModel(config.served().waiting(watch));
    List<DomainModel> late = new ArrayList<>();
    for (DomainModel wanted : config.served().present(watch)) {
      DomainLine present = lines.get(wanted.domain());
      if (present == null && isDue(wanted)) {
        late.add(wanted);
      } else if (present != null && !present.model().equals(wanted) && isDue(wanted)) {
        exchange(present, wanted);
      }
      goOnCarrying(wanted.domain());
    }
    begin(late);
    fill();
    repair();
    passes.step(lines.values(), this::isFree);
  }

  /** What could not be used may be usable later: topics that could not be read, a file copied. */
  private boolean isDue(DomainModel wanted) {
    Refused last = refused.get(wanted.domain());
    return last == null
        || !last.bundle().equals(wanted.bundleId())
        || around.nanos() - last.nanos() >= TimeUnit.MILLISECONDS.toNanos(TRY_AGAIN_MS);
  }

  private void repair() {
    try {
      lines.values().forEach(early::repair);
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      LOG.warn("what an earlier writer overtook is sent again later", e);
    }
  }

  /** Not beside carrying: what that has just sent is a later text than the one known of here. */
  private boolean isFree(DomainLine line) {
    String domain = line.model().domain();
    return line == lines.get(domain) && !carrying.containsKey(domain);
  }

  private void exchange(DomainLine present, DomainModel wanted) throws InterruptedException {
    DomainLine next = null;
    try {
      next = open(wanted);
      next.awaitCaughtUp(config.settings().loadTimeout());
      beginCarrying(next);
    } catch (Exception e) {
      if (next != null) { // it reads the domain's rows until it is closed
        next.close();
      }
      if (e instanceof InterruptedException interrupted) {
        throw interrupted;
      }
      LOG.error("bundle {} cannot be used now; {} stays", wanted.bundleId(), present.model(), e);
      refused.put(wanted.domain(), new Refused(wanted.bundleId(), around.nanos()));
      return;
    }
    refused.remove(wanted.domain());
    lines.put(wanted.domain(), next);
    LOG.info("domain {} goes on with bundle {}", wanted.domain(), wanted.bundleId());
    goOnCarrying(wanted.domain());
    present.close();
  }

  /** False where the rows of the other bundles cannot be had now: the next look tries again. */
  private boolean tryCarrying(DomainLine line) throws InterruptedException {
    try {
      beginCarrying(line);
      return true;
    } catch (InterruptException e) {
      throw e;
    } catch (RuntimeException e) {
      LOG.warn("rows are carried over to {} later", line.model(), e);
      return false;
    }
  }

  /** Returns how many rows were made; those of before are followed until all is read anew. */
  private int beginCarrying(DomainLine line) throws InterruptedException {
    String domain = line.model().domain();
    if (bundles(line).size() == 1 && !watch.hasRetired(domain)) {
      endCarrying(domain);
      return 0;
    }
    CarryOver over =
        new CarryOver(
            name,
            around,
            ColdStartStats.of(name),
            line,
            bundle -> hasTextsOf(line, bundle),
            written,
            config.settings().loadTimeout());
    endCarrying(domain);
    carrying.put(domain, new Carrying(over, around.nanos()));
    int rows = over.pass();
    LOG.info("{} rows made for bundle {}", rows, line.model().bundleId());
    return rows;
  }

  private void endCarrying(String domain) {
    Carrying before = carrying.remove(domain);
    if (before != null) {
      before.over().close();
    }
  }

  /** Looks again at what was carried, until nothing of it changed for a while. */
  private void goOnCarrying(String domain) throws InterruptedException {
    Carrying now = carrying.get(domain);
    if (now == null) {
      return;
    }
    long nanos = around.nanos();
    int rows;
    try {
      rows = now.over().pass();
      if (rows == 0 && nanos - now.lastNanos() > TimeUnit.MILLISECONDS.toNanos(carryQuietMs())) {
        finishCarrying(domain);
        return;
      }
    } catch (InterruptException e) {
      throw e;
    } catch (RuntimeException e) {
      LOG.warn("rows of {} are carried over in the next pass", domain, e);
      return;
    }
    if (rows > 0) {
      carrying.put(domain, new Carrying(now.over(), nanos));
    }
  }

  /** Whoever followed the other bundles may lie behind: they are read to their end once more. */
  private void finishCarrying(String domain) throws InterruptedException {
    DomainLine line = lines.get(domain);
    if (line == null || beginCarrying(line) == 0) {
      endCarrying(domain);
    }
  }

  /**
   * By then what the former bundle's line was at when it was exchanged has come out: an item that
   * is under way for longer than the timeout fails the job.
   */
  private long carryQuietMs() {
    return config.settings().timeout().toMillis() + SENDING_MS;
  }

  /** Text vectors can be carried over between bundles of one text encoder alone. */
  private boolean hasTextsOf(DomainLine line, String bundle) {
    return line.encoder().id().equals(textEncoderOf.get(bundle));
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join(10_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    early.close();
    carrying.values().forEach(each -> each.over().close());
    lines.values().forEach(DomainLine::close);
    watch.close();
    encoders.close();
  }
}
