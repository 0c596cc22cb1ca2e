package dev.headwater.idp.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class OnnxWeightsTest {
  private static final byte[] DIMS_ONE_BY_ONE = {0x08, 2, 0x08, 1};
  private static final byte[] DIMS_PACKED = {0x0a, 2, 2, 1};
  private static final byte[] FLOAT = {0x10, 1};
  private static final byte[] LONG = {0x10, 7};

  @Test
  void aNumberedMatrixGetsTheNameOfTheNodeThatMultipliesByIt() {
    byte[] node =
        join(field(1, text("x")), field(1, text("onnx::7")), field(3, text("/a/b/MatMul")));
    byte[] matrix = tensor(DIMS_ONE_BY_ONE, FLOAT, "onnx::7", floats(1, 2));
    Map<String, OnnxTensor> weights = read(field(1, node), field(5, matrix));
    assertEquals(Set.of("a.b.weight"), weights.keySet());
  }

  @Test
  void dimsMayBePacked() {
    Map<String, OnnxTensor> weights =
        read(field(5, tensor(DIMS_PACKED, FLOAT, "bias", floats(1.5f, -2))));
    OnnxTensor bias = weights.get("bias");
    assertEquals(List.of(2L, 1L), bias.dims());
    assertEquals(-2, bias.values().get(1));
  }

  @Test
  void whatIsNotAFloatIsLeftOut() {
    assertEquals(Map.of(), read(field(5, tensor(DIMS_PACKED, LONG, "ids", new byte[16]))));
  }

  @Test
  void aTensorThatLacksValuesIsRefused() {
    byte[] graph = field(5, tensor(DIMS_PACKED, FLOAT, "bias", floats(1)));
    assertThrows(IllegalArgumentException.class, () -> read(graph));
  }

  private static Map<String, OnnxTensor> read(byte[]... graph) {
    byte[] version = {0x08, 8};
    return OnnxWeights.read(ByteBuffer.wrap(join(version, field(7, join(graph)))));
  }

  private static byte[] tensor(byte[] dims, byte[] type, String name, byte[] data) {
    return join(dims, type, field(8, text(name)), field(9, data));
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] floats(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  private static byte[] field(int number, byte[] value) {
    return join(new byte[] {(byte) (number << 3 | 2), (byte) value.length}, value);
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
