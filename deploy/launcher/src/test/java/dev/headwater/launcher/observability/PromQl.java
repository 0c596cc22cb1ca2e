package dev.headwater.launcher.observability;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the metrics that a PromQL expression names. Not a parser: promtool checks the syntax. */
final class PromQl {
  private static final Pattern STRING = Pattern.compile("\"[^\"]*\"|'[^']*'");
  private static final Pattern MATCHERS = Pattern.compile("\\{[^}]*}");
  private static final Pattern RANGE = Pattern.compile("\\[[^\\]]*]");
  private static final Pattern LABELS =
      Pattern.compile("\\b(by|without|on|ignoring|group_left|group_right)\\s*(\\([^)]*\\))?");
  private static final Pattern NAME =
      Pattern.compile("(?<![\\w:.$])[a-zA-Z_:][\\w:]*(?!\\s*\\()(?![\\w:])");
  private static final Set<String> WORDS = Set.of("and", "or", "unless", "bool", "offset", "inf");

  private PromQl() {}

  static Set<String> metrics(String expression) {
    String text = STRING.matcher(expression).replaceAll("");
    text = MATCHERS.matcher(text).replaceAll("");
    text = RANGE.matcher(text).replaceAll("");
    text = LABELS.matcher(text).replaceAll(" ");
    Set<String> names = new TreeSet<>();
    Matcher matcher = NAME.matcher(text);
    while (matcher.find()) {
      if (!WORDS.contains(matcher.group())) {
        names.add(matcher.group());
      }
    }
    return names;
  }
}
