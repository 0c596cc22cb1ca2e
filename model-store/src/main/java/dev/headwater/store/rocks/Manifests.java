package dev.headwater.store.rocks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.headwater.events.Keys.DomainKey;
import dev.headwater.events.wire.VectorFormat;
import dev.headwater.store.table.SealedVersion;
import dev.headwater.store.table.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Keys and values of the default column family: small, readable, JSON. */
final class Manifests {
  /** What this release writes; it refuses a larger number. */
  static final int FORMAT = 1;

  /** Directories of older releases are refused. */
  static final int OLDEST_FORMAT = 1;

  static final byte[] FORMAT_KEY = utf8("format");
  static final byte[] COUNTER_KEY = utf8("n");
  static final String OFFSET_PREFIX = "o/";
  static final String REQUEST_PREFIX = "r/";
  static final String TABLE_PREFIX = "t/";
  static final String VERSION_PREFIX = "v/";

  private static final ObjectMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private Manifests() {}

  /** What wrote a directory. */
  record Format(int format, VectorFormat vectors) {}

  /** A table's number and its open version. */
  record TableEntry(String domain, String model, int number, long openVersion) {}

  static byte[] offsetKey(String topicPartition) {
    return utf8(OFFSET_PREFIX + topicPartition);
  }

  static byte[] requestKey(DomainKey item) {
    return utf8(REQUEST_PREFIX + item);
  }

  /** No name of a domain has a slash, an item's may. */
  static DomainKey requested(String key) {
    int end = key.indexOf('/', REQUEST_PREFIX.length());
    return new DomainKey(key.substring(REQUEST_PREFIX.length(), end), key.substring(end + 1));
  }

  static byte[] tableKey(int number) {
    return utf8(TABLE_PREFIX + number);
  }

  static byte[] versionKey(int table, long version) {
    return utf8(VERSION_PREFIX + "%d/%010d".formatted(table, version));
  }

  static byte[] json(Object value) {
    try {
      return JSON.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write " + value, e);
    }
  }

  static Format format(byte[] bytes) {
    return read(bytes, Format.class);
  }

  static TableEntry table(byte[] bytes) {
    return read(bytes, TableEntry.class);
  }

  static SealedVersion version(byte[] bytes) {
    return read(bytes, SealedVersion.class);
  }

  private static <T> T read(byte[] bytes, Class<T> type) {
    try {
      return JSON.readValue(bytes, type);
    } catch (IOException e) {
      throw new StoreException(
          StoreException.Code.CORRUPT, "a manifest cannot be read: " + e.getMessage(), e);
    }
  }

  static byte[] number(long value) {
    return ByteBuffer.allocate(8).putLong(value).array();
  }

  static long number(byte[] bytes) {
    return ByteBuffer.wrap(bytes).getLong();
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
