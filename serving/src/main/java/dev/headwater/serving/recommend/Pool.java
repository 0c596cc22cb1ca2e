package dev.headwater.serving.recommend;

import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.Match;
import dev.headwater.idp.rank.Evidence;
import dev.headwater.idp.rank.Ranker;
import dev.headwater.serving.state.RankSpaces;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one answer is chosen from: items by number, what is known of them, and what is found among
 * them for one question. Numbers mean something within one pool only. It is a node's own table
 * where that holds all items, or what was gathered from the shards that hold them; whoever chooses
 * sees no difference. For one thread.
 */
public interface Pool {
  /** Of an identifier that is not in the pool. */
  int UNKNOWN = -1;

  /**
   * What made the pool, for the answer to name.
   *
   * @param table the version of the table
   * @param index how rows were found
   * @param missingShards shards that nobody answered for
   */
  record Origin(long table, String index, int missingShards) {}

  /** Returns what made it. */
  Origin origin();

  /** Returns the numbers of the history's items, oldest first; not to be changed. */
  int[] history();

  /** Returns the identifier of an item. */
  String id(int item);

  /** Returns the number of an identifier, {@link #UNKNOWN} where it is not in the pool. */
  int find(String id);

  /** Tells whether an item has a row that answers are made from. */
  boolean isLive(int item);

  /** Tells whether the question lets an item be shown, be it live or not. */
  boolean allows(int item);

  /** Tells whether an item is live and nothing was learned of it yet. */
  boolean isNew(int item);

  /** Returns where the row of an item comes from, null where it has none. */
  EmbeddingRow.@Nullable Origin origin(int item);

  /** Returns the category that caps count, empty where it has none. */
  String category(int item);

  /** Returns what lent a new item its row, heaviest first; empty of any other item. */
  List<Match> matches(int item);

  /** Returns when the merchant published an item, Unix milliseconds; 0 where nobody knows. */
  long publishedMs(int item);

  /** Returns the length of a vector. */
  int dim();

  /** Copies the vector of an item; false where it has none. */
  boolean read(int item, float[] into);

  /** Returns the logit of an item by the learned rows, NaN of one without a row. */
  float logit(int item);

  /** The logits of so many items at once. */
  default void logits(int[] items, int count, float[] into) {
    for (int at = 0; at < count; at++) {
      into[at] = logit(items[at]);
    }
  }

  /** Returns how many items can be asked for at a time. */
  int most();

  /** Returns the items whose rows score highest, with their scores, best first. */
  List<Scored> best(int want);

  /**
   * Returns the items whose rows the index finds, best first.
   *
   * @param least with fewer it searches again, where that helps
   */
  int[] learned(int want, int least);

  /**
   * Returns how many rows below those that learning looks at are candidates too: among many items
   * one that other experts speak for lies deeper.
   */
  int deeper();

  /** Returns the live items that came last, newest first. */
  int[] newest(int most);

  /** Returns the new items that suit the question best, best first. */
  List<Scored> fresh(int most);

  /** What was taken most lately, then any others, newest rows first; items may come twice. */
  Iterator<Scored> mostTaken();

  /** Returns a number above all rows: what an exact question looks at. */
  int rows();

  /** Returns the item of a row, {@link #UNKNOWN} where it is empty. */
  int item(int row);

  /** Returns what all experts say, null where answers come from the learned rows alone. */
  @Nullable Experience experience();

  /**
   * What all experts say of the items.
   *
   * @param ranker weighs it
   * @param evidence of counts and texts
   * @param popular items, most of all windows
   * @param spaces to rank in
   */
  @SuppressWarnings("ArrayRecordComponent") // lives for one answer, never compared
  record Experience(Ranker ranker, Evidence evidence, int[] popular, RankSpaces spaces) {
    /** Tells whether anything speaks for a history beside learned rows. */
    boolean knows(int[] history) {
      for (int item : history) {
        if (evidence.counts(item) != null || evidence.texts(item).size() > 0) {
          return true;
        }
      }
      return false;
    }
  }
}
