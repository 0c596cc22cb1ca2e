package dev.headwater.idp.evaluate;

/**
 * How items fare that training never saw, in the full ranking; means over the splits.
 *
 * @param coldHr10 of users whose target is a cold item
 * @param warmHr10 of the other users, with cold items in the race
 * @param warmHr10WithoutColdHandling of the other users, model trained without row swap and cold
 *     items left out of the race
 * @param textKnnColdHr10 of users whose target is a cold item, by text alone
 * @param rankedColdHr10 of users whose target is a cold item, in the order of the ranker
 * @param rankedWarmHr10 of the other users, in the order of the ranker, cold items in the race
 * @param splits how many choices of cold items
 */
public record ColdResult(
    double coldHr10,
    double warmHr10,
    double warmHr10WithoutColdHandling,
    double textKnnColdHr10,
    double rankedColdHr10,
    double rankedWarmHr10,
    int splits) {}
