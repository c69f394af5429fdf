/* What both uses of libcurl share; inside this folder only. */
#pragma once
#include "base/cx.h"
#include <curl/curl.h>

/* A handle with the options that every transfer has; NULL never. */
CURL *curl_new(struct cx *cx, struct str ca_file, char error[CURL_ERROR_SIZE]);
/* True when the host of the URL is this machine. */
bool curl_loopback(struct str url);
/* Host and port, for messages. */
struct str curl_host(struct cx *cx, struct str url);
