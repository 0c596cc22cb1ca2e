package dev.headwater.idp.data;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A small market of several domains whose words and tastes share hidden factors, so that what is
 * learned in one domain says something about another, through text alone. An item has a theme and a
 * style, which choose its words; a user likes a few themes and one style, and goes from an item to
 * one of the same theme or of the next. Items enter the market all the time, and young ones are
 * chosen more often. Domains share no users and no item ids.
 */
public final class GeneratedMarket {
  private static final long START_SECONDS = 1_672_531_200L; // 2023-01-01
  private static final long DAYS = 300;
  private static final double FRESHNESS_DAYS = 12;

  /** Where a domain's items, users and events come from. */
  private record Shape(
      String name, int items, int users, int events, double bornLater, double misfits) {}

  private static final double BAD = 0.1;
  private static final String RATING = "rating";
  private static final List<String> LIKES = List.of("view", "view", "click", "purchase", RATING);
  private static final List<String> DISLIKES = List.of("dislike", "hide", RATING);

  private static final List<Shape> SHAPES =
      List.of(
          new Shape("hobbies", 2_000, 3_500, 45_000, 0.3, 0),
          new Shape("household", 2_000, 3_500, 45_000, 0.3, 0),
          new Shape("demo", 3_000, 5_000, 60_000, 0.5, 0));

  private static final Shape WITH_SIGNALS = new Shape("signals", 3_000, 5_000, 60_000, 0.5, 0.3);

  private final SplittableRandom random;
  private final Shape shape;
  private final List<Item> items = new ArrayList<>();
  private final List<Long> bornDay = new ArrayList<>();
  private final Set<Integer> bad = new HashSet<>();
  private final List<List<Integer>> buckets = new ArrayList<>();

  private GeneratedMarket(Shape shape, long seed) {
    this.shape = shape;
    this.random = new SplittableRandom(seed);
  }

  /**
   * Generates two source domains and, last, the target domain with real timestamps.
   *
   * @param seed same seed, same market
   */
  public static List<DomainData> generate(long seed) {
    List<DomainData> domains = new ArrayList<>();
    for (int i = 0; i < SHAPES.size(); i++) {
      domains.add(new GeneratedMarket(SHAPES.get(i), seed * 31 + i).domain());
    }
    return domains;
  }

  /**
   * Generates a target domain whose events have types and values: what a user takes is viewed,
   * clicked, bought or rated 4 or 5. Disliked, hidden or rated 1 or 2 are what turned out to be of
   * no theme that the user likes, and a tenth of the items by whoever takes them.
   *
   * @param seed same seed, same market
   */
  public static DomainData generateWithSignals(long seed) {
    return new GeneratedMarket(WITH_SIGNALS, seed).domain();
  }

  private DomainData domain() {
    for (int i = 0; i < themes() * styles(); i++) {
      buckets.add(new ArrayList<>());
    }
    for (int i = 0; i < shape.items(); i++) {
      addItem(i);
    }
    List<Event> events = new ArrayList<>();
    int perUser = shape.events() / shape.users();
    for (int user = 0; user < shape.users(); user++) {
      events.addAll(session("u" + user, 3 + random.nextInt(2 * perUser - 5)));
    }
    return new DomainData(shape.name(), withEvents(events), events, true);
  }

  /** A catalog holds exactly the items of the interactions, as in the public data sets. */
  private List<Item> withEvents(List<Event> events) {
    Set<String> seen = new HashSet<>();
    events.forEach(event -> seen.add(event.item()));
    return items.stream().filter(item -> seen.contains(item.id())).toList();
  }

  private void addItem(int index) {
    int theme = random.nextInt(themes());
    int style = random.nextInt(styles());
    MarketWords.Theme words = MarketWords.THEMES.get(theme);
    String title =
        String.join(
            " ",
            pick(MarketWords.STYLES.get(style)),
            pick(words.nouns()),
            pick(words.nouns()),
            pick(MarketWords.FORMS),
            Integer.toString(100 + random.nextInt(900)));
    String brand = pick(MarketWords.BRANDS);
    items.add(
        new Item(
            "i" + index,
            Character.toUpperCase(title.charAt(0)) + title.substring(1),
            brand,
            List.of(words.category(), pick(MarketWords.STYLES.get(style)))));
    boolean later = random.nextDouble() < shape.bornLater();
    bornDay.add(later ? (long) (random.nextDouble() * DAYS * 0.98) : 0L);
    buckets.get(theme * styles() + style).add(index);
    if (shape.misfits() > 0 && random.nextDouble() < BAD) {
      bad.add(index);
    }
  }

  private List<Event> session(String user, int length) {
    int[] likes = {random.nextInt(themes()), random.nextInt(themes()), random.nextInt(themes())};
    int style = random.nextInt(styles());
    double day = random.nextDouble() * DAYS * 0.9;
    int theme = likes[0];
    Set<Integer> seen = new HashSet<>();
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < length && day < DAYS; i++) {
      theme = nextTheme(theme, likes);
      int wanted = random.nextDouble() < 0.75 ? style : random.nextInt(styles());
      int item = choose(buckets.get(theme * styles() + wanted), day, seen);
      if (item >= 0 && seen.add(item)) {
        events.add(event(user, item, day, !bad.contains(item)));
      }
      misfit(user, likes, day, seen, events);
      day += -Math.log(1 - random.nextDouble()) * 3;
    }
    return events;
  }

  private Event event(String user, int item, double day, boolean liked) {
    if (shape.misfits() == 0) {
      return new Event(user, items.get(item).id(), second(day));
    }
    List<String> types = liked ? LIKES : DISLIKES;
    String type = types.get(random.nextInt(types.size()));
    Double value = type.equals(RATING) ? (liked ? 4.0 : 1.0) + random.nextInt(2) : null;
    return new Event(user, items.get(item).id(), second(day), type, value);
  }

  /** Now and then something that the user would rather not have met. */
  private void misfit(String user, int[] likes, double day, Set<Integer> seen, List<Event> events) {
    if (shape.misfits() == 0 || random.nextDouble() >= shape.misfits()) {
      return;
    }
    int theme = random.nextInt(themes());
    if (theme == likes[0] || theme == likes[1] || theme == likes[2]) {
      return;
    }
    int item = choose(buckets.get(theme * styles() + random.nextInt(styles())), day, seen);
    if (item >= 0 && seen.add(item)) {
      events.add(event(user, item, day, false));
    }
  }

  private static long second(double day) {
    return START_SECONDS + (long) (day * 86_400);
  }

  private int nextTheme(int theme, int[] likes) {
    double what = random.nextDouble();
    if (what < 0.55) {
      return theme;
    }
    return what < 0.75 ? (theme + 1) % themes() : likes[random.nextInt(likes.length)];
  }

  /** Young items are likelier; returns -1 where nothing unseen has been born. */
  private int choose(List<Integer> bucket, double day, Set<Integer> seen) {
    double[] weights = new double[bucket.size()];
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      int item = bucket.get(i);
      double age = day - bornDay.get(item);
      boolean possible = age >= 0 && !seen.contains(item);
      weights[i] = possible ? 0.03 + Math.exp(-age / FRESHNESS_DAYS) : 0;
      sum += weights[i];
    }
    double at = random.nextDouble() * sum;
    for (int i = 0; i < weights.length; i++) {
      at -= weights[i];
      if (weights[i] > 0 && at <= 0) {
        return bucket.get(i);
      }
    }
    return -1;
  }

  private String pick(List<String> words) {
    return words.get(random.nextInt(words.size()));
  }

  private static int themes() {
    return MarketWords.THEMES.size();
  }

  private static int styles() {
    return MarketWords.STYLES.size();
  }
}
