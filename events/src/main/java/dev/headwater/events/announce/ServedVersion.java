package dev.headwater.events.announce;

/**
 * What was said of a version that was to be served.
 *
 * @param checksum the sum of its rows then; deletions on request change it
 * @param sealedMs when it was sealed, Unix milliseconds; 0 of an older release
 */
public record ServedVersion(long checksum, long sealedMs) {}
