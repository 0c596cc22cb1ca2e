package dev.headwater.jobs.models;

import dev.headwater.events.announce.AnnouncementWatcher;
import dev.headwater.events.kafka.KafkaSettings;
import java.time.Duration;
import java.util.Set;

/** What the announcements say of models, to jobs. Thread-safe. */
public final class AnnouncedModels implements ModelWatch {
  private final AnnouncementWatcher watcher;

  private AnnouncedModels(AnnouncementWatcher watcher) {
    this.watcher = watcher;
  }

  /** Reads the topic to its end, then follows it. */
  public static ModelWatch open(String name, KafkaSettings kafka, Duration atMost)
      throws InterruptedException {
    AnnouncementWatcher watcher = new AnnouncementWatcher(name, kafka, state -> {});
    if (!watcher.start().awaitCaughtUp(atMost)) {
      watcher.close();
      throw new IllegalStateException("the announcements were not read within " + atMost);
    }
    return new AnnouncedModels(watcher);
  }

  @Override
  public String model(String domain, String otherwise) {
    String announced = watcher.book().model(domain);
    return announced == null ? otherwise : announced;
  }

  @Override
  public Set<String> all(String domain) {
    return watcher.book().models(domain);
  }

  @Override
  public boolean isRetired(String domain, String bundle) {
    return watcher.book().isRetired(domain, bundle);
  }

  @Override
  public boolean hasRetired(String domain) {
    return watcher.book().hasRetired(domain);
  }

  @Override
  public Set<String> domains() {
    return Set.copyOf(watcher.book().domains());
  }

  @Override
  public void requireHealthy() {
    Exception failure = watcher.failure();
    if (failure != null) {
      throw new IllegalStateException("the announcements are not followed any more", failure);
    }
  }

  @Override
  public void close() {
    watcher.close();
  }
}
