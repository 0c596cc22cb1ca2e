package dev.headwater.serving.recommend;

import java.util.List;

/** Finds items for one query. For one thread. */
interface Source {
  /** Returns the best items that the query allows, best first; fewer where there are no more. */
  List<Scored> best(int want);
}
