package dev.headwater.jobs.models;

import dev.headwater.events.DomainNames;
import dev.headwater.jobs.DomainModel;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The domains that a job serves. One whose name fits comes in when a bundle is announced for it,
 * also while the job runs; until then it waits, and costs nothing but its name.
 *
 * @param names which may come
 * @param bundles directory that holds bundles under their ids
 * @param configured bundles that domains have until one is announced
 * @param only the one domain of a job that was made for one, empty for a job of many: what such a
 *     job kept in its state says nothing of the domain
 */
public record ServedDomains(
    DomainNames names, String bundles, List<DomainModel> configured, String only)
    implements Serializable {
  /** Copies the list. */
  public ServedDomains {
    configured = List.copyOf(configured);
  }

  /** Returns the one domain of a job that was made for one. */
  public static ServedDomains one(DomainModel model) {
    return new ServedDomains(
        DomainNames.of(List.of(model.domain())), model.bundles(), List.of(model), model.domain());
  }

  /** Returns domains each of which has its bundle. */
  public static ServedDomains of(List<DomainModel> models) {
    List<String> names = models.stream().map(DomainModel::domain).toList();
    String bundles = models.isEmpty() ? "" : models.get(0).bundles();
    return new ServedDomains(DomainNames.of(names), bundles, models, "");
  }

  /** Returns those that are announced under one of these names. */
  public static ServedDomains announced(DomainNames names, String bundles) {
    return new ServedDomains(names, bundles, List.of(), "");
  }

  /** Tells whether the job was made for one domain. */
  public boolean isOne() {
    return !only.isEmpty();
  }

  /** Tells whether a domain is served once it has a bundle. */
  public boolean contains(String domain) {
    return isOne() ? only.equals(domain) : names.contains(domain);
  }

  /** Returns a domain with its present bundle, null while it has none. */
  public @Nullable DomainModel model(String domain, ModelWatch watch) {
    for (DomainModel each : configured) {
      if (each.domain().equals(domain)) {
        return each.withBundle(watch.model(domain, each.bundleId()));
      }
    }
    String announced = watch.model(domain, "");
    return announced.isEmpty() ? null : new DomainModel(domain, bundles, announced);
  }

  /** Returns the domains that have a bundle now, each with it. */
  public List<DomainModel> present(ModelWatch watch) {
    Set<String> domains = new LinkedHashSet<>();
    configured.forEach(each -> domains.add(each.domain()));
    domains.addAll(names.named());
    watch.domains().stream().sorted().filter(this::contains).forEach(domains::add);
    List<DomainModel> models = new ArrayList<>();
    for (String domain : domains) {
      DomainModel model = model(domain, watch);
      if (model != null) {
        models.add(model);
      }
    }
    return models;
  }

  /** Returns the named domains for which nothing is announced yet. */
  public List<String> waiting(ModelWatch watch) {
    return names.named().stream().filter(domain -> model(domain, watch) == null).toList();
  }
}
