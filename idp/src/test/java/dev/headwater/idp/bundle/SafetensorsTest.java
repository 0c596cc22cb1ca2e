package dev.headwater.idp.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(Precision.class)
  void comesBackAsItWasWritten(Precision precision) throws IOException {
    Path file = write(tensors(), precision);
    Map<String, Safetensors.Tensor> read = Safetensors.read(file);
    assertThat(read.keySet()).containsExactly("a", "b", "empty");
    assertThat(Objects.requireNonNull(read.get("a")).shape()).containsExactly(2, 3);
    assertThat(Objects.requireNonNull(read.get("a")).values())
        .containsExactly(1, -2, 3, 0.5f, 0, 65_504);
    assertThat(Objects.requireNonNull(read.get("empty")).values()).isEmpty();
    assertThat(Safetensors.read(file, "b").values()).containsExactly(7, 8);
  }

  @Test
  void theHeaderIsJsonOfALengthThatKeepsValuesAligned() throws IOException {
    byte[] bytes = Files.readAllBytes(write(tensors(), Precision.FP32));
    long length = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    assertThat(length % 8).isZero();
    String header = new String(bytes, 8, (int) length, StandardCharsets.UTF_8);
    assertThat(header).contains("\"dtype\":\"F32\"", "\"shape\":[2,3]", "\"data_offsets\":[0,24]");
    assertThat(bytes).hasSize((int) (8 + length + 8 * 4));
  }

  @Test
  void valuesBeyondOneChunkKeepTheirPlaces() throws IOException {
    SplittableRandom random = new SplittableRandom(2);
    float[] values = new float[40_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    Map<String, Safetensors.Tensor> one =
        Map.of("x", new Safetensors.Tensor(new long[] {values.length}, values));
    assertThat(Safetensors.read(write(one, Precision.FP32), "x").values()).containsExactly(values);
    float[] half = Safetensors.read(write(one, Precision.FP16), "x").values();
    for (int i = 0; i < values.length; i++) {
      assertThat(half[i])
          .isCloseTo(values[i], within(Math.max(Math.abs(values[i]) / 2_048, 4e-8f)));
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, 65_520, -1e6f})
  void refusesToWriteWhatHasNoFiniteHalf(float value) {
    Map<String, Safetensors.Tensor> one =
        Map.of("x", new Safetensors.Tensor(new long[] {1}, new float[] {value}));
    assertThatThrownBy(() -> write(one, Precision.FP16))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no finite half");
  }

  @Test
  void refusesAFileThatEndsEarlyWhereverThatIs() throws IOException {
    Path file = write(tensors(), Precision.FP32);
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> Safetensors.read(file))
          .as("%d bytes", length)
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void refusesWhatIsNotOfThisFormat() throws IOException {
    assertRefused(header(-1, ""), "not a safetensors file");
    assertRefused(header(1L << 40, ""), "not a safetensors file");
    assertRefused(header("{\"x\": "), "broken header");
    assertRefused(tensor("I64", "[1]", "[0,8]"), "I64");
    assertRefused(tensor("F32", "[3]", "[0,8]"), "do not fit");
    assertRefused(tensor("F32", "[2]", "[0,8]"), "ends early");
  }

  @Test
  void aTensorThatIsNotThereIsAnErrorAndMetadataIsNone() throws IOException {
    Path file = folder.resolve("f");
    Files.write(file, header("{\"__metadata__\":{\"by\":\"torch\"}}"));
    assertThat(Safetensors.read(file)).isEmpty();
    assertThatThrownBy(() -> Safetensors.read(file, "x")).hasMessageContaining("no tensor x");
  }

  private static Map<String, Safetensors.Tensor> tensors() {
    Map<String, Safetensors.Tensor> tensors = new LinkedHashMap<>();
    tensors.put(
        "a", new Safetensors.Tensor(new long[] {2, 3}, new float[] {1, -2, 3, 0.5f, 0, 65_504}));
    tensors.put("b", new Safetensors.Tensor(new long[] {2}, new float[] {7, 8}));
    tensors.put("empty", new Safetensors.Tensor(new long[] {0, 3}, new float[0]));
    return tensors;
  }

  private Path write(Map<String, Safetensors.Tensor> tensors, Precision precision)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Safetensors.write(out, tensors, precision);
    return Files.write(folder.resolve("f"), out.toByteArray());
  }

  private void assertRefused(byte[] bytes, String message) throws IOException {
    Path file = Files.write(folder.resolve("f"), bytes);
    assertThatThrownBy(() -> Safetensors.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(message);
  }

  private static byte[] tensor(String type, String shape, String offsets) {
    return header(
        "{\"x\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}}"
            .formatted(type, shape, offsets));
  }

  private static byte[] header(String json) {
    return header(json.length(), json);
  }

  private static byte[] header(long length, String json) {
    return ByteBuffer.allocate(8 + json.length())
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(length)
        .put(json.getBytes(StandardCharsets.UTF_8))
        .array();
  }
}
