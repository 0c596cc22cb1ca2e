package dev.headwater.jobs.coldstart;

import dev.headwater.idp.text.TextEncoder;
import dev.headwater.jobs.DomainModel;
import dev.headwater.jobs.models.ModelWatch;
import java.util.HashMap;
import java.util.LinkedHashSet;
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
  private final WrittenRows written;
  private final Thread thread;
  private boolean begun;
  private long refreshedNanos;
  private volatile boolean closed;

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
    this.refreshedNanos = around.nanos();
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
      for (DomainModel model : config.models()) {
        opened.lines.put(model.domain(), opened.open(opened.announced(model)));
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
    config.models().stream()
        .filter(model -> model.domain().equals(line.model().domain()))
        .forEach(model -> all.add(model.bundleId()));
    all.addAll(watch.all(line.model().domain()));
    return all;
  }

  private DomainModel announced(DomainModel configured) {
    return configured.withBundle(watch.model(configured.domain(), configured.bundleId()));
  }

  private DomainLine open(DomainModel model) throws Exception {
    MatchingModel matching = models.open(model);
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
    }
  }

  /** Does what is due: exchanges bundles, carries rows over, repairs, makes early rows again. */
  void step() throws InterruptedException {
    if (!begun) {
      begun = true;
      for (DomainLine line : lines.values()) {
        begun &= tryCarrying(line); // an exchange that a crash cut off
      }
    }
    for (DomainModel configured : config.models()) {
      DomainModel wanted = announced(configured);
      DomainLine present = lines.get(configured.domain());
      if (present != null && !present.model().equals(wanted) && isDue(wanted)) {
        exchange(present, wanted);
      }
      goOnCarrying(configured.domain());
    }
    repair();
    long refreshMs = config.settings().refreshInterval().toMillis();
    long nanos = around.nanos();
    if (refreshMs > 0 && TimeUnit.NANOSECONDS.toMillis(nanos - refreshedNanos) >= refreshMs) {
      refresh();
      refreshedNanos = around.nanos();
    }
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

  private void refresh() {
    try {
      lines.values().forEach(line -> early.refresh(line, config.settings().warmRows()));
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      LOG.warn("rows without a click are made again in the next pass", e);
    }
  }

  private void exchange(DomainLine present, DomainModel wanted) throws InterruptedException {
    DomainLine next;
    try {
      next = open(wanted);
      next.awaitCaughtUp(config.settings().loadTimeout());
      beginCarrying(next);
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
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

  private void beginCarrying(DomainLine line) throws InterruptedException {
    String domain = line.model().domain();
    Carrying before = carrying.remove(domain);
    if (before != null) {
      before.over().close();
    }
    if (bundles(line).size() == 1 && !watch.hasRetired(domain)) {
      return;
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
    carrying.put(domain, new Carrying(over, around.nanos()));
    LOG.info("{} rows made for bundle {}", over.pass(), line.model().bundleId());
  }

  /** Looks again at what was carried, until nothing of it changed for a while. */
  private void goOnCarrying(String domain) {
    Carrying now = carrying.get(domain);
    if (now == null) {
      return;
    }
    long nanos = around.nanos();
    int rows;
    try {
      rows = now.over().pass();
    } catch (InterruptException e) {
      throw e;
    } catch (RuntimeException e) {
      LOG.warn("rows of {} are carried over in the next pass", domain, e);
      return;
    }
    if (rows > 0) {
      carrying.put(domain, new Carrying(now.over(), nanos));
    } else if (nanos - now.lastNanos() > TimeUnit.MILLISECONDS.toNanos(carryQuietMs())) {
      carrying.remove(domain);
      now.over().close();
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
