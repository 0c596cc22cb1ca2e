package dev.headwater.idp.text;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A BERT of two layers with weights that were drawn: knows whole words, and learns in moments. */
public final class TinyBert {
  private static final int DIM = 32;
  private static final int WIDE = 64;
  private static final int LAYERS = 2;
  private static final int POSITIONS = 256;
  private static final List<String> MARKS = List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]");

  private final SplittableRandom random = new SplittableRandom(7);
  private final ByteArrayOutputStream graph = new ByteArrayOutputStream();

  private TinyBert() {}

  /** Writes one that knows some words, and opens it. */
  public static TextModel in(Path folder, List<String> words) throws IOException {
    Files.createDirectories(folder);
    Files.write(folder.resolve(TextModel.WEIGHTS), new TinyBert().weights(words.size()));
    Files.writeString(folder.resolve(TextModel.TOKENIZER), tokenizer(words));
    Files.writeString(
        folder.resolve(TextModel.ABOUT),
        """
        {"name": "tiny", "heads": 4, "pooling": "mean", "max_tokens": 32, "word_letters": []}
        """);
    return TextModel.in(folder);
  }

  private static String tokenizer(List<String> words) {
    List<String> all = new ArrayList<>(MARKS);
    all.addAll(words);
    String vocabulary =
        IntStream.range(0, all.size())
            .mapToObj(i -> "\"%s\": %d".formatted(all.get(i), i))
            .collect(Collectors.joining(", "));
    String added =
        IntStream.range(0, MARKS.size())
            .mapToObj(
                i ->
                    """
                    {"id": %d, "content": "%s", "single_word": false, "lstrip": false,
                     "rstrip": false, "normalized": false, "special": true}
                    """
                        .formatted(i, MARKS.get(i)))
            .collect(Collectors.joining(", "));
    return """
    {"version": "1.0", "truncation": null, "padding": null, "added_tokens": [%s],
     "normalizer": null, "pre_tokenizer": {"type": "Whitespace"}, "decoder": null,
     "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]},
     "model": {"type": "WordLevel", "vocab": {%s}, "unk_token": "[UNK]"}}
    """
        .formatted(added, vocabulary);
  }

  private byte[] weights(int words) {
    drawn("embeddings.word_embeddings.weight", MARKS.size() + words, DIM);
    drawn("embeddings.position_embeddings.weight", POSITIONS, DIM);
    drawn("embeddings.token_type_embeddings.weight", 2, DIM);
    norm("embeddings.LayerNorm");
    for (int layer = 0; layer < LAYERS; layer++) {
      String path = "encoder.layer." + layer;
      for (String part : List.of("query", "key", "value")) {
        dense(path + ".attention.self." + part, DIM, DIM);
      }
      dense(path + ".attention.output.dense", DIM, DIM);
      norm(path + ".attention.output.LayerNorm");
      dense(path + ".intermediate.dense", DIM, WIDE);
      dense(path + ".output.dense", WIDE, DIM);
      norm(path + ".output.LayerNorm");
    }
    return field(7, graph.toByteArray());
  }

  private void dense(String path, int in, int out) {
    drawn(path + ".weight", in, out);
    tensor(path + ".bias", new float[out], out);
  }

  private void norm(String path) {
    float[] gain = new float[DIM];
    Arrays.fill(gain, 1);
    tensor(path + ".weight", gain, DIM);
    tensor(path + ".bias", new float[DIM], DIM);
  }

  private void drawn(String name, int rows, int columns) {
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() / Math.sqrt(DIM));
    }
    tensor(name, values, rows, columns);
  }

  private void tensor(String name, float[] values, int... dims) {
    ByteArrayOutputStream tensor = new ByteArrayOutputStream();
    for (int dim : dims) {
      tensor.write(1 << 3);
      tensor.writeBytes(varint(dim));
    }
    tensor.write(2 << 3);
    tensor.write(1);
    tensor.writeBytes(field(8, name.getBytes(StandardCharsets.UTF_8)));
    ByteBuffer raw = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    raw.asFloatBuffer().put(values);
    tensor.writeBytes(field(9, raw.array()));
    graph.writeBytes(field(5, tensor.toByteArray()));
  }

  private static byte[] field(int number, byte[] value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write((number << 3) | 2);
    out.writeBytes(varint(value.length));
    out.writeBytes(value);
    return out.toByteArray();
  }

  private static byte[] varint(int value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int rest = value;
    while (rest > 0x7f) {
      out.write((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
    return out.toByteArray();
  }
}
