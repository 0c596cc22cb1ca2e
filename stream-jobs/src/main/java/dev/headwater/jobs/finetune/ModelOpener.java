package dev.headwater.jobs.finetune;

import dev.headwater.jobs.DomainModel;
import dev.headwater.jobs.models.ServedDomains;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens bundles aside, on one thread for all domains, so that those that learn go on meanwhile. A
 * bundle that cannot be opened is tried again later. For the task's thread.
 *
 * @param <T> an opened bundle
 */
final class ModelOpener<T> implements AutoCloseable {
  /** How often announcements are looked at. */
  static final long LOOK_MS = 250;

  private static final Logger LOG = LoggerFactory.getLogger(ModelOpener.class);
  private static final long TRY_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final String job;
  private final FineTuneJob.Beside ports;
  private final ServedDomains served;
  private final FineTuneJob.OpenPorts open;
  private final Opening<T> how;
  private final ExecutorService thread;
  private final Map<DomainModel, CompletableFuture<T>> opening = new HashMap<>();
  private final Map<DomainModel, Long> refused = new HashMap<>();

  /** Opens what is needed of a bundle; closed by whoever asked for it. */
  @FunctionalInterface
  interface Opening<T> {
    T of(FineTuneJob.ModelPorts ports) throws Exception;
  }

  ModelOpener(String job, FineTuneJob.Beside ports, ServedDomains served, Opening<T> how) {
    this.how = how;
    this.job = job;
    this.ports = ports;
    this.served = served;
    open = ports.switching().ports().open(job + "-rows");
    thread =
        Executors.newSingleThreadExecutor(
            work -> {
              Thread made = new Thread(work, job + "-opener");
              made.setDaemon(true);
              return made;
            });
  }

  /** Opens a bundle while the caller waits. */
  T openNow(DomainModel model) throws Exception {
    FineTuneJob.ModelPorts configured = ports.configured();
    return configured != null && served.configured().contains(model)
        ? how.of(configured)
        : how.of(open.of(model));
  }

  /** Returns an opened bundle; null while it is being opened, or cannot be. */
  @Nullable T open(DomainModel model) {
    Long since = refused.get(model);
    if (since != null && System.nanoTime() - since < TRY_AGAIN_NANOS) {
      return null;
    }
    CompletableFuture<T> future =
        opening.computeIfAbsent(
            model, wanted -> CompletableFuture.supplyAsync(() -> prepare(wanted), thread));
    if (!future.isDone()) {
      return null;
    }
    opening.remove(model);
    try {
      refused.remove(model);
      return future.get();
    } catch (ExecutionException e) {
      LOG.error(
          "{}: bundle {} of domain {} cannot be used now",
          job,
          model.bundleId(),
          model.domain(),
          e);
      refused(model);
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  private T prepare(DomainModel model) {
    try {
      return openNow(model);
    } catch (Exception e) {
      throw new IllegalStateException("cannot open " + model, e);
    }
  }

  /** A bundle could not be opened: it is left alone for a while. */
  void refused(DomainModel model) {
    refused.put(model, System.nanoTime());
  }

  @Override
  public void close() {
    thread.shutdownNow();
    open.close();
  }
}
