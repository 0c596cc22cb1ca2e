/** Every format and envelope, good and bad, through the same mapper that ingest runs. */
package dev.headwater.mapping;
