package dev.headwater.store.rocks;

import dev.headwater.store.table.StoreException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * Bytes of a RocksDB write batch, built here and handed over in one call, where a call a record
 * would cost more than the record. The form is that of {@code db/write_batch.cc}: sequence u64,
 * count u32 (both little endian, the sequence is filled in by the database), then records of tag,
 * column family (varint), key and value (each with its length as varint before it). One buffer is
 * used again for every batch. Not thread-safe.
 */
final class BatchBuffer {
  static final byte DELETION = 0x4;
  static final byte VALUE = 0x5;
  static final int HEADER_BYTES = 12;

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int COUNT_AT = 8;
  private static final int VARINT_MAX = 5;
  private static final int KEPT_BYTES_MAX = 16 << 20;
  private static final int BYTES_MAX = 1 << 30;

  private byte[] bytes = new byte[64 << 10];
  private byte[] exact = new byte[0];
  private int size = HEADER_BYTES;
  private int count;

  /** Begins a new batch; what a very large one took is given back. */
  BatchBuffer clear() {
    if (bytes.length > KEPT_BYTES_MAX) {
      bytes = new byte[64 << 10];
      exact = new byte[0];
    }
    size = HEADER_BYTES;
    count = 0;
    return this;
  }

  /** Returns the bytes that a value reserved by {@link #put(int, byte[], int)} is written into. */
  byte[] bytes() {
    return bytes;
  }

  int count() {
    return count;
  }

  /** Puts a key and leaves room for its value; returns where that begins. */
  int put(int family, byte[] key, int valueLength) {
    head(VALUE, family, key, valueLength + VARINT_MAX);
    varint(valueLength);
    int at = size;
    size += valueLength;
    return at;
  }

  void put(int family, byte[] key, byte[] value) {
    int at = put(family, key, value.length);
    System.arraycopy(value, 0, bytes, at, value.length);
  }

  void delete(int family, byte[] key) {
    head(DELETION, family, key, 0);
  }

  private void head(byte tag, int family, byte[] key, int more) {
    ensure(1L + 2 * VARINT_MAX + key.length + more);
    bytes[size++] = tag;
    varint(family);
    varint(key.length);
    System.arraycopy(key, 0, bytes, size, key.length);
    size += key.length;
    count++;
  }

  private void ensure(long more) {
    if (size + more > BYTES_MAX) {
      throw new StoreException(
          StoreException.Code.LIMIT_REACHED, "a batch of more than " + BYTES_MAX + " bytes");
    }
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, (int) Math.max(size + more, bytes.length * 2L));
    }
  }

  private void varint(int value) {
    int rest = value;
    while ((rest & ~0x7F) != 0) {
      bytes[size++] = (byte) ((rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  /** Returns the batch as RocksDB reads it; holds until the next call. */
  byte[] toBytes() {
    INT.set(bytes, COUNT_AT, count);
    if (exact.length != size) {
      exact = new byte[size];
    }
    System.arraycopy(bytes, 0, exact, 0, size);
    return exact;
  }

  /** Writes the batch as a whole; an empty one is not written. */
  void write(RocksDB db, WriteOptions options) throws RocksDBException {
    if (count == 0) {
      return;
    }
    try (WriteBatch batch = new WriteBatch(toBytes())) {
      db.write(options, batch);
    }
  }
}
