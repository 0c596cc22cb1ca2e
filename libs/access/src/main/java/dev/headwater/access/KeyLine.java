package dev.headwater.access;

import java.security.MessageDigest;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * One API key as configuration and key files hold it, never the key itself:
 *
 * <pre>
 * NAME ROLE DOMAINS sha256:HEX [requests=N] [events=N] [items=N] [speaks-for-others]
 * shop-web read shop,toys sha256:9f86d0…
 * </pre>
 *
 * {@code DOMAINS} is {@code *} or names with commas between; rates are a second. Immutable.
 */
public final class KeyLine {
  private static final String HASH = "sha256:";
  private static final String SPEAKS = "speaks-for-others";
  private static final int HASH_BYTES = 32;

  private final Principal principal;
  private final byte[] sha256;

  /**
   * Makes a line.
   *
   * @param principal whom the key makes its holder
   * @param sha256 of the key
   */
  public KeyLine(Principal principal, byte[] sha256) {
    this.principal = principal;
    this.sha256 = sha256.clone();
  }

  /** Returns whom the key makes its holder. */
  public Principal principal() {
    return principal;
  }

  /** Tells whether this is the key with that hash; takes as long whatever the answer. */
  boolean isOf(byte[] hash) {
    return MessageDigest.isEqual(hash, sha256);
  }

  /**
   * Reads a line.
   *
   * @throws IllegalArgumentException when it is not one; the message holds nothing of the hash
   */
  public static KeyLine parse(String line) {
    String[] words = line.strip().split("\\s+", -1);
    if (words.length < 4) {
      throw new IllegalArgumentException(
          "a key reads NAME ROLE DOMAINS sha256:HEX, this has " + words.length + " words");
    }
    String name = words[0];
    if (name.startsWith(Secrets.PREFIX)) {
      throw new IllegalArgumentException("this holds a key itself; only its hash belongs here");
    }
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")) {
      throw new IllegalArgumentException("a key's name is 1 to 64 letters, digits or . _ @ -");
    }
    try {
      Options options = Options.parse(List.of(words).subList(4, words.length));
      return new KeyLine(
          new Principal(
              name, Role.parse(words[1]), domains(words[2]), options.rates(), options.speaks()),
          hash(words[3]));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("key '" + name + "': " + e.getMessage());
    }
  }

  private static Set<String> domains(String text) {
    Set<String> domains = new LinkedHashSet<>(List.of(text.split(",", -1)));
    domains.remove("");
    if (domains.isEmpty()) {
      throw new IllegalArgumentException("no domain; * for all");
    }
    return domains;
  }

  private static byte[] hash(String text) {
    if (!text.matches(HASH + "[0-9a-f]{" + 2 * HASH_BYTES + "}")) {
      throw new IllegalArgumentException("the fourth word is sha256: and 64 lower-case hex digits");
    }
    return HexFormat.of().parseHex(text.substring(HASH.length()));
  }

  /** Returns the line. */
  public String format() {
    StringJoiner line = new StringJoiner(" ");
    line.add(principal.name()).add(principal.role().text());
    line.add(String.join(",", principal.domains().stream().sorted().toList()));
    line.add(HASH + Secrets.hex(sha256));
    Rates rates = principal.rates();
    if (rates != null) {
      line.add("requests=" + rates.requests());
      line.add("events=" + rates.events());
      line.add("items=" + rates.items());
    }
    if (principal.speaksForOthers()) {
      line.add(SPEAKS);
    }
    return line.toString();
  }

  /** Words after the hash. */
  private record Options(@Nullable Rates rates, boolean speaks) {
    static Options parse(List<String> words) {
      Map<Rates.Kind, Integer> rates = new EnumMap<>(Rates.Kind.class);
      boolean speaks = false;
      for (String word : words) {
        if (word.equals(SPEAKS)) {
          speaks = true;
          continue;
        }
        int at = word.indexOf('=');
        rates.put(kind(at < 0 ? word : word.substring(0, at)), number(word.substring(at + 1)));
      }
      return new Options(
          rates.isEmpty()
              ? null
              : new Rates(
                  rates.getOrDefault(Rates.Kind.REQUESTS, 0),
                  rates.getOrDefault(Rates.Kind.EVENTS, 0),
                  rates.getOrDefault(Rates.Kind.ITEMS, 0)),
          speaks);
    }

    private static Rates.Kind kind(String text) {
      return switch (text) {
        case "requests" -> Rates.Kind.REQUESTS;
        case "events" -> Rates.Kind.EVENTS;
        case "items" -> Rates.Kind.ITEMS;
        default ->
            throw new IllegalArgumentException(
                "unknown word; after the hash: requests=N, events=N, items=N, " + SPEAKS);
      };
    }

    private static int number(String text) {
      if (!text.matches("[0-9]{1,9}")) {
        throw new IllegalArgumentException("a rate is a whole number a second");
      }
      return Integer.parseInt(text);
    }
  }

  @Override
  public String toString() {
    return principal.toString();
  }
}
