package dev.headwater.bench.learning;

import dev.headwater.events.json.Interaction;
import dev.headwater.platform.load.EventPublisher;
import dev.headwater.platform.load.Pace;
import java.util.List;
import java.util.Random;

/**
 * Plays clicks again and again by new users at an even rate, from a thread of its own; while
 * shuffled, each user clicks what some other one clicked. The switch may come from any thread.
 */
final class Clicks implements AutoCloseable {
  private final List<Interaction> clicks;
  private final EventPublisher publisher;
  private final Random random = new Random(7);
  private final Thread thread;
  private volatile boolean shuffled;
  private volatile boolean closed;

  Clicks(List<Interaction> clicks, EventPublisher publisher, double rate) {
    this.clicks = clicks;
    this.publisher = publisher;
    thread = new Thread(() -> play(new Pace(rate)), "clicks");
    thread.setDaemon(true);
    thread.start();
  }

  void shuffled(boolean value) {
    shuffled = value;
  }

  private void play(Pace pace) {
    for (int round = 0; !closed; round++) {
      for (int i = 0; i < clicks.size() && !closed; i++) {
        pace.await();
        Interaction click = clicks.get(i);
        Interaction of = shuffled ? clicks.get(random.nextInt(clicks.size())) : click;
        publisher.publish(
            Interaction.click(
                round + "/" + click.eventId(),
                click.domain(),
                click.user() + "-" + round,
                of.item(),
                System.currentTimeMillis()));
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
