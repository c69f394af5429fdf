/* Runs a fuzz target over the files of a folder, in place of the fuzzer: what was found once stays found. */
#include "base/arena.h"
#include <dirent.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int run_file(const char *folder, const char *name)
{
	char path[4096];
	snprintf(path, sizeof path, "%s/%s", folder, name);
	FILE *f = fopen(path, "rb");
	if (!f) {
		printf("%s cannot be opened\n", path);
		return 1;
	}
	enum { CAP = 1 << 20 };
	uint8_t *data = malloc(CAP);
	size_t size = data ? fread(data, 1, CAP, f) : 0;
	fclose(f);
	LLVMFuzzerTestOneInput(data, size);
	free(data);
	return 0;
}

int main(int argc, char **argv)
{
	DIR *folder = argc == 2 ? opendir(argv[1]) : NULL;
	if (!folder) {
		printf("usage: corpus_NAME FOLDER\n");
		return 2;
	}
	int failed = 0, files = 0;
	for (struct dirent *entry; (entry = readdir(folder)); files++)
		if (entry->d_name[0] != '.') failed |= run_file(argv[1], entry->d_name);
	closedir(folder);
	return failed || files <= 2;
}
