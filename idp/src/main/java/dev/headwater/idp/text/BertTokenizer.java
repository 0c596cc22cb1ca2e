package dev.headwater.idp.text;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.lang.Character.UnicodeScript;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Cuts texts into the word pieces a BERT knows, framed by its start and end marks; safe for many
 * threads. What no token could come from is cut before: a text beyond {@link #MAX_CHARS}, half a
 * surrogate pair.
 */
final class BertTokenizer implements AutoCloseable {
  static final int MAX_CHARS = 4096;
  private static final int CHUNK = 512;
  private static final String INSIDE = "##";
  private static final String UNKNOWN = "[UNK]";

  private final HuggingFaceTokenizer tokenizer;
  private final Set<UnicodeScript> wordLetters;

  private BertTokenizer(HuggingFaceTokenizer tokenizer, Set<UnicodeScript> wordLetters) {
    this.tokenizer = tokenizer;
    this.wordLetters = wordLetters;
  }

  /**
   * Reads one.
   *
   * @param maxTokens of a text, marks included
   * @param wordLetters scripts of which a single letter says something
   */
  static BertTokenizer read(InputStream json, int maxTokens, Set<UnicodeScript> wordLetters)
      throws IOException {
    Map<String, String> options =
        Map.of("truncation", "true", "padding", "false", "maxLength", Integer.toString(maxTokens));
    return new BertTokenizer(HuggingFaceTokenizer.newInstance(json, options), wordLetters);
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

  /**
   * How much of a text's words stands in pieces of more than a letter: 0 to 1, a word counting as
   * much as any other; 1 for a text without words. Of a script that the pieces were not made from,
   * each letter is a piece, or the whole word is unknown; of one whose letters are words, each
   * counts. One or two Latin letters and what has a digit is no word: units, model numbers.
   */
  double known(String text) {
    String[] tokens = tokenizer.encode(clean(text)).getTokens();
    double known = 0;
    int words = 0;
    for (int from = 1; from < tokens.length - 1; ) {
      int to = from + 1;
      while (to < tokens.length - 1 && tokens[to].startsWith(INSIDE)) {
        to++;
      }
      double share = known(tokens, from, to);
      if (share >= 0) {
        known += share;
        words++;
      }
      from = to;
    }
    return words == 0 ? 1 : known / words;
  }

  /** The same of one word, -1 for what is none. */
  private double known(String[] tokens, int from, int to) {
    if (tokens[from].equals(UNKNOWN)) {
      return 0;
    }
    int letters = 0;
    int known = 0;
    boolean latin = true;
    for (int i = from; i < to; i++) {
      String piece = tokens[i].startsWith(INSIDE) ? tokens[i].substring(2) : tokens[i];
      if (!piece.codePoints().allMatch(BertTokenizer::isOfWord)) {
        return -1;
      }
      int length = piece.codePointCount(0, piece.length());
      latin &= piece.codePoints().allMatch(c -> UnicodeScript.of(c) == UnicodeScript.LATIN);
      letters += length;
      known += length > 1 || isWord(piece) ? length : 0;
    }
    return letters < 3 && latin ? -1 : (double) known / letters;
  }

  private boolean isWord(String letter) {
    return wordLetters.contains(UnicodeScript.of(letter.codePointAt(0)));
  }

  private static boolean isOfWord(int c) {
    return Character.isLetter(c) || Character.getType(c) == Character.COMBINING_SPACING_MARK;
  }

  @Override
  public void close() {
    tokenizer.close();
  }

  private static List<String> clean(List<String> texts) {
    return texts.stream().map(BertTokenizer::clean).toList();
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
