package dev.headwater.mapping;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Supplier;
import java.util.zip.GZIPInputStream;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.generic.GenericDatumReader;
import org.jspecify.annotations.Nullable;

/**
 * Records of a file, one after the other, each as a mapping of JSON takes it ({@link
 * TopicMapping#ofJson}). What a file is, its name says: {@code .csv} with names in its first line,
 * {@code .avro} (an object container, which holds its schema), otherwise JSON: a value a line, or
 * values one after the other. {@code .gz} behind it is unpacked.
 *
 * <p>A JSON object with {@code "@value"} is a whole record: {@code @key}, {@code @headers} and
 * {@code @timestamp} may stand beside it. Close it.
 */
public final class SampleFile implements Iterator<ForeignRecord>, AutoCloseable {
  private final String topic;
  private final AutoCloseable source;
  private final Iterator<JsonNode> trees;
  private long read;

  private SampleFile(String topic, AutoCloseable source, Iterator<JsonNode> trees) {
    this.topic = topic;
    this.source = source;
    this.trees = trees;
  }

  /**
   * Opens a file.
   *
   * @param topic of which its records are said to be
   */
  public static SampleFile open(Path file, String topic) throws IOException {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    InputStream in = new BufferedInputStream(Files.newInputStream(file));
    if (name.endsWith(".gz")) {
      in = new GZIPInputStream(in);
      name = name.substring(0, name.length() - ".gz".length());
    }
    if (name.endsWith(".csv")) {
      MappingIterator<JsonNode> rows = csv(in);
      return new SampleFile(topic, rows, rows);
    }
    if (name.endsWith(".avro")) {
      DataFileStream<Object> data = new DataFileStream<>(in, new GenericDatumReader<>());
      return new SampleFile(topic, data, trees(data));
    }
    MappingIterator<JsonNode> values = JsonDecoder.JSON.readerFor(JsonNode.class).readValues(in);
    return new SampleFile(topic, values, values);
  }

  private static MappingIterator<JsonNode> csv(InputStream in) throws IOException {
    return new CsvMapper()
        .enable(CsvParser.Feature.EMPTY_STRING_AS_NULL)
        .readerFor(JsonNode.class)
        .with(CsvSchema.emptySchema().withHeader())
        .readValues(in);
  }

  private static Iterator<JsonNode> trees(DataFileStream<Object> data) {
    Schema schema = data.getSchema();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return data.hasNext();
      }

      @Override
      public JsonNode next() {
        return AvroTree.of(schema, data.next());
      }
    };
  }

  @Override
  public boolean hasNext() {
    return readable(trees::hasNext);
  }

  /**
   * Returns the next record; its offset is its place in the file.
   *
   * @throws NoSuchElementException behind the last one
   * @throws UnreadableFileException where the file is none of its kind from here on
   */
  @Override
  public ForeignRecord next() {
    JsonNode tree = readable(trees::next);
    return tree.has("@value") ? whole(tree) : record(null, tree, Map.of(), 0);
  }

  /** Iterators of Jackson and Avro throw what is wrong with a file as one exception or another. */
  private <T> T readable(Supplier<T> reading) {
    try {
      return reading.get();
    } catch (NoSuchElementException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new UnreadableFileException(read, e);
    }
  }

  private ForeignRecord whole(JsonNode tree) {
    Map<String, byte[]> headers = new HashMap<>();
    tree.path("@headers")
        .properties()
        .forEach(header -> headers.put(header.getKey(), bytes(header.getValue())));
    JsonNode key = tree.path("@key");
    return record(
        Scope.isNothing(key) ? null : bytes(key),
        tree.path("@value"),
        headers,
        tree.path("@timestamp").asLong());
  }

  private ForeignRecord record(
      byte @Nullable [] key, JsonNode value, Map<String, byte[]> headers, long timestampMs) {
    byte[] bytes = value.isNull() ? null : value.toString().getBytes(StandardCharsets.UTF_8);
    return new ForeignRecord(topic, 0, read++, timestampMs, key, bytes, headers);
  }

  /** A text as it is, anything else as JSON: keys are either. */
  private static byte[] bytes(JsonNode node) {
    String text = node.isTextual() ? node.textValue() : node.toString();
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    try {
      source.close();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  /** From a record on a file is not what its name says. */
  public static final class UnreadableFileException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnreadableFileException(long record, Throwable cause) {
      super("record " + record + " and what follows cannot be read: " + firstLine(cause), cause);
    }

    private static String firstLine(Throwable e) {
      String message =
          e.getCause() instanceof JsonProcessingException json
              ? json.getOriginalMessage()
              : e.getMessage();
      return String.valueOf(message).lines().findFirst().orElse("");
    }
  }
}
