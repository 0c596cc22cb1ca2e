package dev.headwater.idp.bundle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The safetensors file format: eight bytes with the length of a JSON header, the header, then raw
 * little-endian values. Floats of four (F32) or two bytes (F16).
 */
public final class Safetensors {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_HEADER_BYTES = 16 << 20;

  private Safetensors() {}

  /**
   * A named array.
   *
   * @param shape its axes
   * @param values row by row
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
  public record Tensor(long[] shape, float[] values) {}

  /** Writes tensors in the order of the map. */
  public static void write(OutputStream out, Map<String, Tensor> tensors, Precision precision)
      throws IOException {
    ObjectNode header = JSON.createObjectNode();
    long offset = 0;
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      ObjectNode node = header.putObject(entry.getKey());
      node.put("dtype", precision.dtype());
      ArrayNode shape = node.putArray("shape");
      for (long axis : entry.getValue().shape()) {
        shape.add(axis);
      }
      long end = offset + (long) entry.getValue().values().length * precision.bytes();
      node.putArray("data_offsets").add(offset).add(end);
      offset = end;
    }
    byte[] json = padded(JSON.writeValueAsString(header));
    ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    out.write(length.putLong(json.length).array());
    out.write(json);
    for (Tensor tensor : tensors.values()) {
      precision.write(out, tensor.values());
    }
  }

  /**
   * Reads all tensors.
   *
   * @throws IOException if the file cannot be read or is not of this format
   */
  public static Map<String, Tensor> read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      Header header = header(file, channel);
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> entry : header.json().properties()) {
        if (!entry.getKey().equals("__metadata__")) {
          tensors.put(entry.getKey(), tensor(channel, header.end(), entry.getValue()));
        }
      }
      return tensors;
    }
  }

  /**
   * Reads one tensor.
   *
   * @throws IOException if the file cannot be read, is not of this format or lacks the tensor
   */
  static Tensor read(Path file, String name) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      Header header = header(file, channel);
      JsonNode node = header.json().get(name);
      if (node == null) {
        throw new IOException(file + " has no tensor " + name);
      }
      return tensor(channel, header.end(), node);
    }
  }

  private record Header(JsonNode json, long end) {}

  private static Header header(Path file, FileChannel channel) throws IOException {
    long length = read(channel, 0, 8).getLong(0);
    if (length < 2 || length > MAX_HEADER_BYTES) {
      throw new IOException(file + " is not a safetensors file");
    }
    byte[] json = read(channel, 8, Math.toIntExact(length)).array();
    return new Header(parse(file, new String(json, StandardCharsets.UTF_8)), 8 + length);
  }

  private static Tensor tensor(FileChannel channel, long start, JsonNode node) throws IOException {
    Precision precision = Precision.of(node.path("dtype").asText());
    long from = node.path("data_offsets").path(0).asLong();
    long to = node.path("data_offsets").path(1).asLong();
    long[] shape = new long[node.path("shape").size()];
    long size = 1;
    for (int i = 0; i < shape.length; i++) {
      shape[i] = node.path("shape").path(i).asLong();
      size *= shape[i];
    }
    if (to - from != size * precision.bytes()) {
      throw new IOException("a tensor's offsets do not fit its shape");
    }
    return new Tensor(
        shape, precision.read(read(channel, start + from, Math.toIntExact(to - from))));
  }

  private static ByteBuffer read(FileChannel channel, long from, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, from + buffer.position()) < 0) {
        throw new IOException("the file ends early");
      }
    }
    return buffer.flip();
  }

  private static JsonNode parse(Path file, String json) throws IOException {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IOException(file + " has a broken header", e);
    }
  }

  private static byte[] padded(String json) {
    int missing = (8 - json.getBytes(StandardCharsets.UTF_8).length % 8) % 8;
    return (json + " ".repeat(missing)).getBytes(StandardCharsets.UTF_8);
  }
}
