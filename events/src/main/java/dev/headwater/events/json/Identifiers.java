package dev.headwater.events.json;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * The rules for names of domains and for identifiers of users, items and events. The same for who
 * publishes and for who reads, so that what leaves a client is not refused where it arrives.
 */
public final class Identifiers {
  /** Longest identifier, in bytes of UTF-8. */
  public static final int MAX_BYTES = 256;

  /**
   * Reserved item of a claim record in {@code embeddings.fine-tuned}. An attempt of FineTuneJob
   * writes a tombstone under {@code domain/model/~claim} at its start and takes the offset as its
   * epoch. Being a tombstone of an item that does not exist it changes no table; a reader that
   * counts keys leaves it out.
   */
  public static final String CLAIM_ITEM = "~claim";

  /**
   * Reserved item under whose key the weights of a domain's ranker stand in {@code
   * embeddings.fine-tuned} and {@code embeddings.rollback}, versioned as rows are.
   */
  public static final String RANKER_ITEM = "~ranker";

  /** Beginning of the reserved ids of heartbeats in both public topics and all that follow. */
  public static final String HEARTBEAT_PREFIX = "__heartbeat";

  /** Beginning of the reserved items of requests to delete an item, before the item's own id. */
  public static final String REQUEST_PREFIX = "~deletion/";

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  private Identifiers() {}

  /** Tells whether a user or item of this id is Headwater's own, so that nobody may publish it. */
  public static boolean isReserved(String id) {
    return id.startsWith(HEARTBEAT_PREFIX)
        || id.startsWith(REQUEST_PREFIX)
        || id.equals(CLAIM_ITEM)
        || id.equals(RANKER_ITEM);
  }

  /** Tells whether a domain or model name may stand in a key. */
  public static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  /**
   * Returns an identifier that is well-formed text and neither empty nor longer than allowed.
   *
   * @param field that holds it, for the refusal
   * @throws RejectedRecordException with {@code EMPTY_ID, INVALID_VALUE} or {@code ID_TOO_LONG}
   */
  public static String checked(String field, String id) throws RejectedRecordException {
    if (id.isEmpty()) {
      throw new RejectedRecordException(ReasonCode.EMPTY_ID, field + " is empty");
    }
    if (!isWellFormed(id)) {
      throw new RejectedRecordException(
          ReasonCode.INVALID_VALUE, field + " holds half of a surrogate pair");
    }
    int bytes = id.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_BYTES) {
      throw new RejectedRecordException(
          ReasonCode.ID_TOO_LONG, field + " has " + bytes + " bytes, at most " + MAX_BYTES);
    }
    return id;
  }

  /**
   * Returns an identifier that its publisher may choose: none of Headwater's own.
   *
   * @throws RejectedRecordException as for {@link #checked}, and with {@code RESERVED_ID}
   */
  public static String publishable(String field, String id) throws RejectedRecordException {
    checked(field, id);
    if (isReserved(id)) {
      throw new RejectedRecordException(
          ReasonCode.RESERVED_ID, field + " '" + id + "' is reserved for Headwater itself");
    }
    return id;
  }

  /**
   * Returns the name of a domain.
   *
   * @throws RejectedRecordException with {@code EMPTY_ID} or {@code UNKNOWN_DOMAIN}
   */
  public static String domain(String name) throws RejectedRecordException {
    if (name.isEmpty()) {
      throw new RejectedRecordException(ReasonCode.EMPTY_ID, "domain is empty");
    }
    if (!isName(name)) {
      throw new RejectedRecordException(
          ReasonCode.UNKNOWN_DOMAIN, "'" + wellFormed(name) + "' is not a domain name");
    }
    return name;
  }

  /** Replaces halves of surrogate pairs by question marks: text only, never identifiers. */
  public static String wellFormed(String text) {
    return isWellFormed(text)
        ? text
        : new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }

  private static boolean isWellFormed(String text) {
    int codePoint;
    for (int i = 0; i < text.length(); i += Character.charCount(codePoint)) {
      codePoint = text.codePointAt(i);
      if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
        return false;
      }
    }
    return true;
  }
}
