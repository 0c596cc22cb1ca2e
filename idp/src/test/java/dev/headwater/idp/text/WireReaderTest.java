package dev.headwater.idp.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class WireReaderTest {
  @Test
  void readsNumbersOfOneAndOfManyBytes() {
    WireReader reader = reader(0x08, 0x05, 0x10, 0xac, 0x02);
    assertThat(reader.next()).isTrue();
    assertThat(reader.field()).isEqualTo(1);
    assertThat(reader.varint()).isEqualTo(5);
    assertThat(reader.next()).isTrue();
    assertThat(reader.field()).isEqualTo(2);
    assertThat(reader.varint()).isEqualTo(300);
    assertThat(reader.next()).isFalse();
  }

  @Test
  void aNegativeNumberTakesTenBytes() {
    assertThat(reader(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01).varint())
        .isEqualTo(-1);
    assertThatThrownBy(
            () -> reader(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01).varint())
        .hasMessageContaining("more than ten bytes");
  }

  @Test
  void passesOverEveryWireType() {
    WireReader reader =
        reader(
            0x08, 0x96, 0x01, // a number
            0x11, 1, 2, 3, 4, 5, 6, 7, 8, // eight bytes
            0x1a, 2, 9, 9, // bytes
            0x25, 1, 2, 3, 4, // four bytes
            0x28, 7); // what is wanted
    for (int field = 1; field <= 4; field++) {
      assertThat(reader.next()).isTrue();
      assertThat(reader.field()).isEqualTo(field);
      reader.skip();
    }
    assertThat(reader.next()).isTrue();
    assertThat(reader.varint()).isEqualTo(7);
  }

  @Test
  void aViewOfBytesEndsWithThem() {
    WireReader reader = reader(0x0a, 2, 7, 8, 0x10, 1);
    assertThat(reader.next()).isTrue();
    assertThat(reader.isBytes()).isTrue();
    ByteBuffer view = reader.bytes();
    assertThat(view.remaining()).isEqualTo(2);
    assertThat(view.get(1)).isEqualTo((byte) 8);
    assertThat(reader.next()).isTrue();
    assertThat(reader.field()).isEqualTo(2);
    assertThat(reader.isBytes()).isFalse();
    assertThat(reader.hasMore()).isTrue();
  }

  @Test
  void refusesGroupsAndWhatEndsEarly() {
    WireReader group = reader(0x0b, 1);
    assertThat(group.next()).isTrue();
    assertThatThrownBy(group::skip).hasMessageContaining("wire type 3 of field 1");
    WireReader cut = reader(0x0a, 5, 1);
    assertThat(cut.next()).isTrue();
    assertThatThrownBy(cut::bytes).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> reader(0x80).varint()).isInstanceOf(BufferUnderflowException.class);
  }

  @Test
  void whatItReadsFromIsNotMoved() {
    ByteBuffer message = ByteBuffer.wrap(new byte[] {0x08, 5});
    WireReader reader = new WireReader(message);
    assertThat(reader.next()).isTrue();
    assertThat(reader.varint()).isEqualTo(5);
    assertThat(message.position()).isZero();
  }

  private static WireReader reader(int... bytes) {
    byte[] message = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      message[i] = (byte) bytes[i];
    }
    return new WireReader(ByteBuffer.wrap(message));
  }
}
