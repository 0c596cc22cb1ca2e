package dev.headwater.idp.data;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * One domain: its items, and its events by user, then time.
 *
 * @param name of the domain, the folder's name
 * @param items the catalog
 * @param events by user, then time
 * @param realTime whether timestamps are Unix seconds rather than positions
 */
public record DomainData(String name, List<Item> items, List<Event> events, boolean realTime) {
  /** Timestamps below this (1973) are positions, not seconds. */
  private static final long FIRST_REAL_SECOND = 100_000_000L;

  private static final Pattern CATEGORY_SEPARATOR = Pattern.compile("\\s*[|;,>]\\s*");
  private static final String ITEMS = "items.tsv.gz";
  private static final String INTERACTIONS = "interactions.tsv.gz";

  /** Copies the lists. */
  public DomainData {
    items = List.copyOf(items);
    events = List.copyOf(events);
  }

  /**
   * Reads a folder with {@code items.tsv.gz} and {@code interactions.tsv.gz}.
   *
   * @throws DataException if a file is absent, damaged, out of order or says something impossible
   */
  public static DomainData load(Path folder) {
    List<Item> items = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    forEachLine(
        folder.resolve(ITEMS),
        "item\ttitle\tbrand\tcategories",
        (fields, where) -> {
          if (!ids.add(fields[0])) {
            throw new DataException(where + ": item " + fields[0] + " stands twice");
          }
          items.add(new Item(fields[0], fields[1], fields[2], categories(fields[3])));
        });
    List<Event> events = new ArrayList<>();
    Set<String> users = new HashSet<>();
    forEachLine(
        folder.resolve(INTERACTIONS),
        "user\titem\ttimestamp",
        (fields, where) -> {
          if (!ids.contains(fields[1])) {
            throw new DataException(where + ": item " + fields[1] + " is not in " + ITEMS);
          }
          Event event = new Event(fields[0], fields[1], timestamp(fields[2], where));
          requireOrder(
              events.isEmpty() ? null : events.get(events.size() - 1), event, users, where);
          events.add(event);
        });
    if (items.isEmpty() || events.isEmpty()) {
      throw new DataException(folder + ": the domain is empty");
    }
    boolean realTime = events.stream().allMatch(event -> event.timestamp() >= FIRST_REAL_SECOND);
    return new DomainData(String.valueOf(folder.getFileName()), items, events, realTime);
  }

  /** A file in another order would be split into a user's past and future at the wrong places. */
  private static void requireOrder(
      @Nullable Event before, Event event, Set<String> users, String where) {
    if (before != null && before.user().equals(event.user())) {
      if (event.timestamp() < before.timestamp()) {
        throw new DataException(
            "%s: an event of user %s at %d stands behind one at %d; sort the file by user, then time"
                .formatted(where, event.user(), event.timestamp(), before.timestamp()));
      }
    } else if (!users.add(event.user())) {
      throw new DataException(
          "%s: events of user %s stand apart; sort the file by user, then time"
              .formatted(where, event.user()));
    }
  }

  private interface Line {
    void take(String[] fields, String where);
  }

  private static void forEachLine(Path file, String header, Line line) {
    if (!Files.isReadable(file)) {
      throw new DataException(file + ": no such file, or not readable");
    }
    int columns = header.split("\t", -1).length;
    try (BufferedReader reader = open(file)) {
      if (!header.equals(reader.readLine())) {
        throw new DataException(
            file + ":1: the header must read '" + header.replace("\t", "\\t") + "'");
      }
      int number = 1;
      for (String text = reader.readLine(); text != null; text = reader.readLine()) {
        String where = file + ":" + ++number;
        String[] fields = text.split("\t", -1);
        if (fields.length != columns || fields[0].isEmpty()) {
          throw new DataException(
              where + ": expected " + columns + " tab-separated fields, the first not empty");
        }
        line.take(fields, where);
      }
    } catch (ZipException | EOFException e) {
      throw new DataException(file + ": damaged or truncated gzip: " + e.getMessage(), e);
    } catch (CharacterCodingException e) {
      throw new DataException(file + ": not UTF-8", e);
    } catch (IOException e) {
      throw new DataException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private static BufferedReader open(Path file) throws IOException {
    var in = Files.newInputStream(file);
    try {
      return new BufferedReader(
          new InputStreamReader(
              new GZIPInputStream(in, 1 << 16),
              StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT)));
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  private static long timestamp(String text, String where) {
    try {
      long timestamp = Long.parseLong(text);
      if (timestamp >= 0) {
        return timestamp;
      }
    } catch (NumberFormatException e) {
      throw new DataException(where + ": timestamp '" + text + "' is not a whole number", e);
    }
    throw new DataException(where + ": timestamp " + text + " is negative");
  }

  private static List<String> categories(String text) {
    return text.isBlank()
        ? List.of()
        : CATEGORY_SEPARATOR.splitAsStream(text.strip()).filter(c -> !c.isEmpty()).toList();
  }
}
