package dev.headwater.simulation;

import dev.headwater.events.IncarnationHeader;
import dev.headwater.events.Topics;
import dev.headwater.events.wire.AcceptedItem;
import dev.headwater.simulation.log.Log;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Items of which the end of an earlier incarnation came last under a bundle that was left, as one
 * attempt writes that goes on beside its successor. Compaction keeps that end: who has read both
 * still has the row, who starts later has not, until the bundle is announced again and the item is
 * carried to it (docs/protocol.md, 1).
 */
final class LateEnds {
  private LateEnds() {}

  static Set<String> under(String model, Log log, Map<String, AcceptedItem> present) {
    Set<String> late = new TreeSet<>();
    String prefix = World.DOMAIN + "/" + model + "/";
    for (ConsumerRecord<byte[], byte[]> record : log.all(Topics.DEFAULT.coldStartRows())) {
      String key = new String(record.key(), StandardCharsets.UTF_8);
      if (key.startsWith(prefix)) {
        String item = key.substring(prefix.length());
        AcceptedItem now = present.get(item);
        boolean overtaken =
            record.value() == null
                && now != null
                && IncarnationHeader.read(record.headers()) < now.getIncarnation();
        if (overtaken) {
          late.add(item);
        } else {
          late.remove(item);
        }
      }
    }
    return late;
  }
}
