package dev.headwater.launcher.demo;

import dev.headwater.events.json.Interaction;
import dev.headwater.platform.load.EventPublisher;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What real platforms also send: repeats, and records that break the contract. */
final class BadInput {
  private static final int REPEATS = 50;

  private BadInput() {}

  static void publish(DemoPlan plan, EventPublisher publisher) {
    List<Interaction> history = plan.history();
    history
        .subList(Math.max(0, history.size() - REPEATS), history.size())
        .forEach(publisher::publish);
    Interaction good = history.get(history.size() - 1);
    byte[] key = bytes(good.key());
    String json = new String(good.toJson(), StandardCharsets.UTF_8);
    publisher.publishRaw(key, bytes("not json"));
    publisher.publishRaw(key, bytes(json.replace("\"type\":\"click\"", "\"type\":7")));
    publisher.publishRaw(key, bytes(json.replace("\"item\":", "\"thing\":")));
    publisher.publishRaw(key, bytes(json.replace(plan.domain(), "nowhere")));
    publisher.publishRaw(key, bytes(json.replaceAll("\"timestamp\":\\d+", "\"timestamp\":-1")));
    publisher.publishRaw(
        key, bytes(json.replaceAll("\"timestamp\":\\d+", "\"timestamp\":99999999999999")));
    publisher.flush();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
