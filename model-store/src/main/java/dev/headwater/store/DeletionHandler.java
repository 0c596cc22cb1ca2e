package dev.headwater.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.headwater.events.Keys;
import dev.headwater.events.json.RejectedRecordException;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.store.admin.StoreApi;
import dev.headwater.store.cycle.StoreEngine;
import dev.headwater.store.table.StoreException;
import dev.headwater.store.table.WriteSet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes requests of topic {@code deletions}: key {@code domain/item/ID}; of the JSON value only
 * {@code requested_by} is looked at, and it may be missing. What counts is the record's publish
 * time: lives that began later are kept. Requests about users are not the store's. The offset is
 * kept after the receipt was appended, so that a request survives any crash; a node that no longer
 * announces leaves the receipt, and this request and those after it, to the one that does.
 */
final class DeletionHandler implements TopicFollower.Handler {
  private static final Logger LOG = LoggerFactory.getLogger(DeletionHandler.class);
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String ITEM = "item/";

  private final StoreEngine engine;
  private final StoreApi api;
  private boolean fenced;

  DeletionHandler(StoreEngine engine, StoreApi api) {
    this.engine = engine;
    this.api = api;
  }

  @Override
  public void onRecord(ConsumerRecord<byte[], byte[]> record) {
    Keys.DomainKey key = itemKey(record);
    fenced |= key != null && record.value() != null && !delete(key, record);
    if (fenced) {
      return;
    }
    String partition = record.topic() + "/" + record.partition();
    engine.locked(
        () -> {
          engine.store().write(new WriteSet().offset(partition, record.offset() + 1));
          return null;
        });
  }

  /** Returns domain and item, or null when the request is not about an item. */
  static Keys.@Nullable DomainKey itemKey(ConsumerRecord<byte[], byte[]> record) {
    if (record.key() == null) {
      LOG.warn("passed over a deletion without key at offset {}", record.offset());
      return null;
    }
    try {
      Keys.DomainKey key = Keys.parse(new String(record.key(), StandardCharsets.UTF_8));
      boolean ofItem = key.id().startsWith(ITEM) && key.id().length() > ITEM.length();
      return ofItem ? new Keys.DomainKey(key.domain(), key.id().substring(ITEM.length())) : null;
    } catch (RejectedRecordException e) {
      LOG.warn("passed over a deletion at offset {}: {}", record.offset(), e.getMessage());
      return null;
    }
  }

  private boolean delete(Keys.DomainKey key, ConsumerRecord<byte[], byte[]> record) {
    String who = json(record.value()).path("requested_by").asText("unknown");
    try {
      api.deleteItem(key.domain(), key.id(), record.timestamp(), who);
      return true;
    } catch (StoreException e) {
      if (e.code() != StoreException.Code.NOT_PRIMARY) {
        throw e;
      }
      LOG.info("left the receipt of {} to the primary", key);
      return false;
    }
  }

  private static JsonNode json(byte[] value) {
    try {
      return JSON.readTree(value);
    } catch (IOException e) {
      LOG.warn("a deletion's value is not JSON, its key counts: {}", e.getMessage());
      return JSON.createObjectNode();
    }
  }
}
