package dev.headwater.jobs.coldstart;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.headwater.events.DeadLetter;
import dev.headwater.events.Deletion;
import dev.headwater.events.DeletionReceipt;
import dev.headwater.events.DeletionTime;
import dev.headwater.events.Heartbeat;
import dev.headwater.events.IncarnationHeader;
import dev.headwater.events.ItemRequest;
import dev.headwater.events.Keys;
import dev.headwater.events.json.ReasonCode;
import dev.headwater.events.json.RejectedRecordException;
import dev.headwater.events.wire.AcceptedItem;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.idp.text.ItemText;
import dev.headwater.jobs.coldstart.WrittenRows.Text;
import dev.headwater.jobs.kafka.InRecord;
import dev.headwater.jobs.kafka.OutRecord;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of accepted items, without threads of its own: the operator's thread decides, texts
 * may be encoded on another. Answers leave in the order of the records.
 */
final class ItemDecisions {
  private final Surroundings around;
  private final ColdStartStats stats;
  private final Lines lines;
  private final WrittenRows written;

  /** An item whose text waits to be encoded. */
  record Request(DomainLine line, AcceptedItem item, String text) {}

  /**
   * What is sent for a record.
   *
   * @param answer what is sent, where nothing waits
   * @param request what has to be encoded first; null: nothing
   */
  record Decision(List<OutRecord> answer, @Nullable Request request) {
    private static final Decision NOTHING = new Decision(List.of(), null);

    static Decision of(OutRecord... sent) {
      return new Decision(List.of(sent), null);
    }
  }

  ItemDecisions(Surroundings around, ColdStartStats stats, Lines lines, WrittenRows written) {
    this.around = around;
    this.stats = stats;
    this.lines = lines;
    this.written = written;
  }

  /** Decides about the next record of a partition. */
  Decision decide(InRecord record) {
    try {
      Keys.DomainKey at = Keys.parse(record.keyText());
      Keys.DomainKey key = ItemRequest.subject(at);
      DomainLine line = lines.get(key.domain());
      if (line == null) {
        return withoutModel(key, record);
      }
      line.requireHealthy();
      if (record.heartbeat() != null) {
        return passOn(line, key.id(), record.heartbeat());
      }
      byte[] value = record.value();
      if (value == null) {
        return key.equals(at) ? delete(line, key, record) : answer(line, key, record);
      }
      AcceptedItem item = AcceptedItem.parseFrom(value);
      if (!item.getDomain().equals(key.domain()) || !item.getItem().equals(key.id())) {
        throw new RejectedRecordException(ReasonCode.KEY_MISMATCH, "key and value disagree");
      }
      return accept(line, item, record);
    } catch (RejectedRecordException e) {
      return Decision.of(deadLetter(record, e.reason(), e.detail()));
    } catch (InvalidProtocolBufferException e) {
      return Decision.of(
          deadLetter(record, ReasonCode.UNDECODABLE, String.valueOf(e.getMessage())));
    }
  }

  /** What came before it in its partition leaves before it: answers keep their order. */
  private Decision passOn(DomainLine line, String id, String text) {
    Heartbeat heartbeat = Heartbeat.parse(text);
    return heartbeat == null
        ? Decision.NOTHING
        : Decision.of(
            OutRecord.heartbeat(
                around.topics().coldStartRows(), line.model().rowKey(id), heartbeat));
  }

  /**
   * Of a domain that has no bundle yet nothing is held that could be deleted, here and by
   * FineTuneJob, which hears of items by the rows of a bundle alone. Where it has one, and this
   * subtask alone has not opened it, the item is decided about once it has.
   */
  private Decision withoutModel(Keys.DomainKey key, InRecord record) {
    boolean asked = record.value() == null && record.deletedMs() > 0;
    if (record.heartbeat() == null) {
      lines.passBy(key.domain());
    }
    return asked && lines.serves(key.domain()) && !lines.isAnnounced(key.domain())
        ? Decision.of(
            receipt(DeletionReceipt.COLD_START, key, record),
            receipt(DeletionReceipt.FINE_TUNE, key, record))
        : Decision.NOTHING;
  }

  private OutRecord receipt(String hop, Keys.DomainKey key, InRecord record) {
    return OutRecord.receipt(
        around.topics().deletionReceipts(),
        DeletionReceipt.of(hop, Deletion.Kind.ITEM, key, record.deletedMs(), around.nowMs()));
  }

  /**
   * A request stands beside the records of its item, and goes on beside the item's rows: whatever
   * comes of the item later, who holds rows hears of it. It is read again when the item may have
   * begun since, so it ends what ingest named and nothing that is found here; where ingest named
   * none, of an item that it did not know, the item's own tombstone decides.
   */
  private Decision answer(DomainLine line, Keys.DomainKey key, InRecord record) {
    if (record.deletedMs() == 0) {
      return Decision.NOTHING;
    }
    long over = record.incarnation();
    written.end(key.toString(), over);
    List<OutRecord> sent = new ArrayList<>();
    for (String bundle : lines.bundles(line)) {
      String rowKey = line.model().withBundle(bundle).rowKey(ItemRequest.id(key.id()));
      sent.add(
          OutRecord.tombstone(around.topics().coldStartRows(), rowKey, record.deletedMs(), over));
    }
    sent.add(receipt(DeletionReceipt.COLD_START, key, record));
    return new Decision(sent, null);
  }

  private Decision delete(DomainLine line, Keys.DomainKey key, InRecord record) {
    long deletedMs = record.deletedMs();
    long incarnation = record.incarnation();
    if (incarnation == IncarnationHeader.NONE && deletedMs > 0) {
      incarnation = endedBy(line, key.id(), deletedMs);
    }
    // Before the bundles are asked for: to one that is announced from now on nothing is carried.
    written.end(key.toString(), incarnation);
    List<OutRecord> sent = new ArrayList<>();
    if (incarnation != IncarnationHeader.NONE || deletedMs == 0) {
      for (String bundle : lines.bundles(line)) {
        String rowKey = line.model().withBundle(bundle).rowKey(key.id());
        written.put(rowKey, Text.DELETED);
        sent.add(
            OutRecord.tombstone(around.topics().coldStartRows(), rowKey, deletedMs, incarnation));
      }
    }
    stats.tombstones.increment();
    if (deletedMs > 0) {
      sent.add(receipt(DeletionReceipt.COLD_START, key, record));
    }
    return new Decision(sent, null);
  }

  /**
   * A request about an item that ingest did not know names no incarnation. Read again, it must not
   * end one that began since. Where none ever was, the first is over, which ingest gives to nobody
   * then: the others hear of the request by that end alone.
   */
  private long endedBy(DomainLine line, String item, long deletedMs) {
    EmbeddingRow cold = line.items().cold(item);
    if (cold == null) {
      Text sent = written.get(line.model().rowKey(item));
      return sent == null || sent.equals(Text.DELETED)
          ? Math.max(0, line.items().row(item).ended().incarnation())
          : IncarnationHeader.NONE; // it began since, and is on its way back
    }
    return DeletionTime.ends(deletedMs, DeletionTime.beganMs(cold))
        ? cold.getIncarnation()
        : IncarnationHeader.NONE;
  }

  private Decision accept(DomainLine line, AcceptedItem item, InRecord record) {
    String key = line.model().rowKey(item.getItem());
    Text wanted = Text.of(item);
    Text present = present(line, key, item.getItem());
    if (present != null && present.covers(wanted)) {
      stats.unchanged.increment();
      return Decision.NOTHING;
    }
    written.put(key, wanted);
    String text = ItemText.of(item.getTitle(), item.getBrand(), item.getCategoriesList());
    stats.text(line.model().domain(), line.encoder().known(text));
    String unfit = line.encoder().unfit(text);
    if (unfit == null) {
      return new Decision(List.of(), new Request(line, item, text));
    }
    stats.fallbacks.increment();
    EmbeddingRow row = line.maker().fallback(item, around.nowMs());
    return Decision.of(send(line, row), deadLetter(record, ReasonCode.NO_USABLE_TEXT, unfit));
  }

  /**
   * The same for a record that is read once more, aside: it may be older than what was decided of
   * the item since. Nothing is decided by another thread meanwhile.
   */
  Decision decideLate(InRecord record) {
    List<Decision> decided = new ArrayList<>();
    written.hold(() -> decided.add(isPast(record) ? Decision.NOTHING : decide(record)));
    return decided.get(0);
  }

  private boolean isPast(InRecord record) {
    try {
      Keys.DomainKey key = Keys.parse(record.keyText());
      DomainLine line = lines.get(key.domain());
      byte[] value = record.value();
      if (line == null || record.heartbeat() != null) {
        return true;
      }
      if (value == null) {
        Text present = present(line, line.model().rowKey(key.id()), key.id());
        boolean older = present != null && present.incarnation() > record.incarnation();
        return record.deletedMs() == 0 && (older || record.incarnation() == IncarnationHeader.NONE);
      }
      long incarnation = AcceptedItem.parseFrom(value).getIncarnation();
      return written.isOver(key.toString(), incarnation)
          || incarnation <= line.items().row(key.id()).ended().incarnation();
    } catch (RejectedRecordException | InvalidProtocolBufferException e) {
      return true; // it went to the dead letters when it came
    }
  }

  /** What this attempt decided last counts before what the topic says. */
  private @Nullable Text present(DomainLine line, String key, String item) {
    Text decided = written.get(key);
    if (decided != null) {
      return decided;
    }
    EmbeddingRow cold = line.items().cold(item);
    return cold == null ? null : Text.of(cold);
  }

  /** Encodes texts of one line; returns a row a request, in their order. */
  List<OutRecord> encode(DomainLine line, List<Request> requests) {
    float[][] texts = line.encoder().encode(requests.stream().map(Request::text).toList());
    stats.encoded.add(requests.size());
    List<AcceptedItem> items = requests.stream().map(Request::item).toList();
    List<OutRecord> sent = new ArrayList<>();
    for (EmbeddingRow row : line.maker().make(items, texts, around.nowMs())) {
      sent.add(send(line, row));
    }
    return sent;
  }

  private OutRecord send(DomainLine line, EmbeddingRow row) {
    stats.rows.increment();
    EmbeddingRow stamped = row.toBuilder().setPublishedMs(around.nowMs()).build();
    return OutRecord.of(
        around.topics().coldStartRows(), line.model().rowKey(row.getItem()), stamped.toByteArray());
  }

  private OutRecord deadLetter(InRecord record, ReasonCode reason, String detail) {
    stats.deadLetters.increment();
    return OutRecord.deadLetter(
        around.topics().deadLetters(),
        record,
        new DeadLetter(reason, detail, record.topic(), record.partition(), record.offset()));
  }
}
