package dev.millrace.kernel.blob;

import dev.millrace.kernel.Clock;
import dev.millrace.kernel.disk.Disk;
import dev.millrace.kernel.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Blobs in a directory, apart for each tenant: two tenants with the same bytes have two files, so
 * that one can be erased, and neither can tell what the other has.
 *
 * <p>A file is {@code <tenant>/<two digits>/<digest>}: a header, then the bytes.
 *
 * <pre>
 *  0 long  "MILLRBLB"             16 int  tenant
 *  8 short format                 20 int  key id, 0 for clear text
 * 10 short length of the header   24 long length of the bytes
 * 12 int   flags, 0
 * </pre>
 */
public final class BlobStore {

  static final int HEADER_BYTES = 32;
  static final int FORMAT = 1;
  private static final long MAGIC = 0x4d494c4c52424c42L;
  private static final String TEMPORARY = ".tmp";
  private static final Pattern NAME = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern NUMBER = Pattern.compile("[0-9a-f]{8}");

  private final Disk disk;
  private final Path directory;
  private final long maxBytes;
  private final Clock clock;
  private final BlobUses uses = new BlobUses();
  private final AtomicLong attempts = new AtomicLong();

  private BlobStore(Disk disk, Path directory, long maxBytes, Clock clock) {
    this.disk = disk;
    this.directory = directory;
    this.maxBytes = maxBytes;
    this.clock = clock;
  }

  /** Says which blobs may not go. Asked for all blobs at once, so it may look around first. */
  @FunctionalInterface
  public interface Needed {
    boolean isNeeded(int tenant, BlobDigest digest);
  }

  /**
   * Opens the store, creates what is missing, and deletes what an earlier process left unfinished.
   * The log's lock keeps other processes away.
   *
   * @param maxBytes the largest blob
   */
  public static BlobStore open(Disk disk, Path directory, int maxBytes, Clock clock)
      throws IOException {
    disk.createDirectories(directory);
    BlobStore store = new BlobStore(disk, directory, maxBytes, clock);
    for (String tenant : disk.list(directory)) {
      for (String shelf : disk.list(directory.resolve(tenant))) {
        Path on = directory.resolve(tenant).resolve(shelf);
        for (String name : disk.list(on)) {
          if (name.endsWith(TEMPORARY)) {
            disk.delete(on.resolve(name));
          } else if (NAME.matcher(name).matches() && NUMBER.matcher(tenant).matches()) {
            // When it was last used nobody knows any more: as if now.
            BlobDigest digest = BlobDigest.read(ByteBuffer.wrap(HexFormat.of().parseHex(name)));
            store.uses.note(HexFormat.fromHexDigits(tenant), digest, clock.nanoTime());
          }
        }
      }
    }
    return store;
  }

  /**
   * Keeps what remains of a buffer, whose position stays; durable when this returns. The same bytes
   * again cost no room.
   */
  public BlobDigest put(int tenant, ByteBuffer bytes) throws IOException {
    if (bytes.remaining() > maxBytes) {
      throw new IllegalArgumentException(
          "blob: " + bytes.remaining() + " bytes (expected: at most " + maxBytes + ")");
    }
    BlobDigest digest = BlobDigest.of(bytes);
    // Before the look whether it is there: from here on nobody deletes it.
    uses.note(tenant, digest, clock.nanoTime());
    Path file = path(tenant, digest);
    Path shelf = directory.resolve(tenantName(tenant)).resolve(digest.toString().substring(0, 2));
    if (!isWhole(tenant, digest)) {
      disk.createDirectories(shelf);
      Path temporary = shelf.resolve(digest + "-" + attempts.incrementAndGet() + TEMPORARY);
      try {
        writeDurably(temporary, tenant, bytes);
        disk.rename(temporary, file);
      } catch (IOException failed) {
        disk.delete(temporary);
        throw failed;
      }
    }
    // Also when it was there: whoever put it may not have come as far as this.
    disk.syncDirectory(shelf);
    return digest;
  }

  /**
   * Deletes what was not put for a time (or since the store was opened) and is not needed. What is
   * deleted when the power fails may be there again at the next start, and goes later.
   *
   * @param unusedFor longer than it takes from a put to the record that names the blob
   * @return how many went
   */
  public int deleteUnused(Duration unusedFor, Supplier<Needed> needed) throws IOException {
    long since = clock.nanoTime() - unusedFor.toNanos();
    List<BlobUses.Key> old = uses.notUsedSince(since);
    if (old.isEmpty()) {
      return 0;
    }
    Needed keep = needed.get();
    int deleted = 0;
    for (BlobUses.Key key : old) {
      if (!keep.isNeeded(key.tenant(), key.digest())
          && uses.deleteIfNotUsedSince(
              since, key, gone -> disk.delete(path(gone.tenant(), gone.digest())))) {
        deleted++;
      }
    }
    return deleted;
  }

  private boolean isWhole(int tenant, BlobDigest digest) throws IOException {
    if (!disk.exists(path(tenant, digest))) {
      return false;
    }
    try {
      get(tenant, digest);
      return true;
    } catch (BlobDamagedException damaged) {
      return false; // the caller has the right bytes: they replace it
    }
  }

  private void writeDurably(Path file, int tenant, ByteBuffer bytes) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
    header.putLong(MAGIC).putShort((short) FORMAT).putShort((short) HEADER_BYTES).putInt(0);
    header.putInt(tenant).putInt(0).putLong(bytes.remaining());
    try (DiskFile opened = disk.create(file)) {
      opened.write(header.flip(), 0);
      opened.write(bytes.duplicate(), HEADER_BYTES);
      opened.force();
    }
  }

  /**
   * The bytes of a digest, checked.
   *
   * @throws NoSuchFileException when the tenant has no such blob
   * @throws BlobDamagedException when the file holds something else
   */
  public ByteBuffer get(int tenant, BlobDigest digest) throws IOException {
    Path path = path(tenant, digest);
    try (DiskFile file = disk.openToRead(path)) {
      ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
      file.read(header, 0);
      checkHeader(path, header, tenant, file.size());
      ByteBuffer bytes = ByteBuffer.allocate((int) header.getLong(24));
      file.read(bytes, HEADER_BYTES);
      if (!BlobDigest.of(bytes.flip()).equals(digest)) {
        throw new BlobDamagedException(path, "its bytes do not have the digest of its name");
      }
      return bytes.asReadOnlyBuffer();
    }
  }

  private void checkHeader(Path path, ByteBuffer header, int tenant, long size) throws IOException {
    if (header.hasRemaining() || header.getLong(0) != MAGIC) {
      throw new BlobDamagedException(path, "it does not begin as a blob does");
    }
    if (header.getShort(8) != FORMAT || header.getShort(10) != HEADER_BYTES) {
      throw new BlobDamagedException(
          path, "format " + header.getShort(8) + " (expected: " + FORMAT + ")");
    }
    if (header.getInt(16) != tenant) {
      throw new BlobDamagedException(
          path, "it belongs to tenant " + header.getInt(16) + " (expected: " + tenant + ")");
    }
    long length = header.getLong(24);
    if (length < 0 || length > Integer.MAX_VALUE || length != size - HEADER_BYTES) {
      throw new BlobDamagedException(
          path, (size - HEADER_BYTES) + " bytes (expected: " + length + ")");
    }
  }

  private Path path(int tenant, BlobDigest digest) {
    String name = digest.toString();
    return directory.resolve(tenantName(tenant)).resolve(name.substring(0, 2)).resolve(name);
  }

  private static String tenantName(int tenant) {
    return HexFormat.of().toHexDigits(tenant);
  }
}
