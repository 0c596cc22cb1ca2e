package dev.headwater.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headwater.events.json.ReasonCode;
import dev.headwater.events.json.RejectedRecordException;

/** Records without an envelope; one without a value deletes the item that its key names. */
final class PlainRecords implements Envelope.Opener {
  private final Target target;

  PlainRecords(Target target) {
    this.target = target;
  }

  @Override
  public Envelope.Opened open(ForeignRecord record, Envelope.Decoders decoders)
      throws RejectedRecordException {
    byte[] value = record.value();
    if (value != null) {
      return Envelope.Opened.present(decoders.value().decode(value));
    }
    if (target == Target.INTERACTIONS) {
      throw new RejectedRecordException(ReasonCode.WRONG_FORMAT, "no value");
    }
    JsonNode key = decoders.key(record);
    return Envelope.Opened.deleted(key, key);
  }
}
