package dev.headwater.events;

import dev.headwater.events.json.Identifiers;
import java.io.Serializable;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Domains by name or by pattern: {@code shop-*} stands for each domain whose name begins so, those
 * that there will be among them. A star may stand anywhere, for any number of characters.
 *
 * @param given names and patterns, in their order
 */
public record DomainNames(List<String> given) implements Serializable {
  /** Copies the list. */
  public DomainNames {
    given = List.copyOf(given);
  }

  /** Returns those that a setting lists. */
  public static DomainNames of(Collection<String> given) {
    return new DomainNames(List.copyOf(given));
  }

  private static boolean isPattern(String given) {
    return given.indexOf('*') >= 0;
  }

  /** Tells whether a domain is one of them. */
  public boolean contains(String domain) {
    for (String each : given) {
      if (isPattern(each) ? isLike(each, domain) : each.equals(domain)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isLike(String pattern, String domain) {
    if (pattern.indexOf('*') == pattern.length() - 1) { // the usual one, once a record
      return domain.startsWith(pattern.substring(0, pattern.length() - 1))
          && Identifiers.isName(domain);
    }
    String regex = Pattern.quote(pattern).replace("*", "\\E.*\\Q");
    return Identifiers.isName(domain) && Pattern.matches(regex, domain);
  }

  /** Returns those that are named one by one. */
  public List<String> named() {
    return given.stream().filter(each -> !isPattern(each)).toList();
  }

  /** Tells whether there may be others than those named. */
  public boolean isOpen() {
    return named().size() < given.size();
  }
}
