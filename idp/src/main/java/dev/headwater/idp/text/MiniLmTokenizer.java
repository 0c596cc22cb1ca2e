package dev.headwater.idp.text;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Cuts texts into the word pieces MiniLM knows, framed by its start and end marks; safe for many
 * threads. What no token could come from is cut before: a text beyond {@link #MAX_CHARS}, half a
 * surrogate pair.
 */
final class MiniLmTokenizer implements AutoCloseable {
  static final int MAX_CHARS = 4096;
  private static final int CHUNK = 512;

  private final HuggingFaceTokenizer tokenizer;

  private MiniLmTokenizer(HuggingFaceTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  static MiniLmTokenizer read(InputStream json, int maxTokens) throws IOException {
    Map<String, String> options =
        Map.of("truncation", "true", "padding", "false", "maxLength", Integer.toString(maxTokens));
    return new MiniLmTokenizer(HuggingFaceTokenizer.newInstance(json, options));
  }

  /** The token ids of each text; two at least. */
  List<long[]> encode(List<String> texts) {
    List<long[]> ids = new ArrayList<>(texts.size());
    for (int from = 0; from < texts.size(); from += CHUNK) {
      List<String> chunk = texts.subList(from, Math.min(texts.size(), from + CHUNK));
      for (Encoding encoding : tokenizer.batchEncode(clean(chunk))) {
        ids.add(encoding.getIds());
      }
    }
    return ids;
  }

  @Override
  public void close() {
    tokenizer.close();
  }

  private static List<String> clean(List<String> texts) {
    return texts.stream().map(MiniLmTokenizer::clean).toList();
  }

  private static String clean(String text) {
    String cut = text.length() <= MAX_CHARS ? text : text.substring(0, MAX_CHARS);
    if (cut.chars().noneMatch(c -> c == 0 || Character.isSurrogate((char) c))) {
      return cut;
    }
    return cut.codePoints()
        .filter(c -> c != 0 && Character.getType(c) != Character.SURROGATE)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
