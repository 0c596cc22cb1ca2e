package dev.headwater.idp.text;

import dev.headwater.idp.data.Item;
import java.util.Arrays;
import java.util.List;

/**
 * The items of a domain as {@link Recformer} reads them: each attribute's name and the first words
 * of its value, title first. For any thread.
 */
public final class ItemTokens {
  private static final List<String> NAMES = List.of("title", "brand", "category");

  private final long start;
  private final int itemsMax;
  private final long[][] tokens;
  private final long[][] types;

  /**
   * Cuts words into tokens.
   *
   * @param itemsMax how many items of a history are read, the newest
   * @param tokensMax of an attribute's value
   */
  ItemTokens(BertTextEncoder encoder, List<Item> items, int itemsMax, int tokensMax) {
    this.itemsMax = itemsMax;
    List<long[]> names = encoder.tokens(NAMES);
    start = names.get(0)[0];
    tokens = new long[items.size()][];
    types = new long[items.size()][];
    List<List<long[]>> values =
        List.of(
            encoder.tokens(items.stream().map(Item::title).toList()),
            encoder.tokens(items.stream().map(Item::brand).toList()),
            encoder.tokens(items.stream().map(i -> String.join(", ", i.categories())).toList()));
    for (int item = 0; item < tokens.length; item++) {
      Words words = new Words(attributesMost(tokensMax));
      for (int k = 0; k < NAMES.size(); k++) {
        long[] value = values.get(k).get(item);
        if (k == 0 || value.length > 2) { // start and end mark alone
          words.add(names.get(k), 1, TokenSequence.NAME);
          words.add(value, tokensMax, TokenSequence.VALUE);
        }
      }
      tokens[item] = Arrays.copyOf(words.tokens, words.size);
      types[item] = Arrays.copyOf(words.types, words.size);
    }
  }

  /** Most tokens of an item: the name of each attribute in one, and its value. */
  static int attributesMost(int tokensMax) {
    return NAMES.size() * (1 + tokensMax);
  }

  /** The tokens of an item. */
  private static final class Words {
    private final long[] tokens;
    private final long[] types;
    private int size;

    Words(int most) {
      tokens = new long[most];
      types = new long[most];
    }

    /** Adds the first tokens without the marks around them. */
    void add(long[] framed, int most, int type) {
      for (int i = 1; i < framed.length - 1 && i <= most; i++) {
        tokens[size] = framed[i];
        types[size++] = type;
      }
    }
  }

  /** How many items there are. */
  int size() {
    return tokens.length;
  }

  /**
   * A history as one text.
   *
   * @param history item numbers, oldest first, at least one
   */
  TokenSequence sequence(int... history) {
    int from = Math.max(0, history.length - itemsMax);
    int length = 1;
    for (int i = from; i < history.length; i++) {
      length += tokens[history[i]].length;
    }
    TokenSequence sequence =
        new TokenSequence(new long[length], new long[length], new long[length]);
    sequence.tokens()[0] = start;
    int at = 1;
    for (int i = history.length - 1; i >= from; i--) {
      long[] own = tokens[history[i]];
      System.arraycopy(own, 0, sequence.tokens(), at, own.length);
      System.arraycopy(types[history[i]], 0, sequence.types(), at, own.length);
      Arrays.fill(sequence.items(), at, at + own.length, history.length - i);
      at += own.length;
    }
    return sequence;
  }
}
