/* Every command, in the order of the help. */
#include "app/app.h"

extern const struct command command_init, command_serve, command_demo, command_import, command_batch, command_export, command_token,
    command_audit, command_check, command_backup, command_restore, command_migrate, command_seats, command_describe;

const struct command *const commands[] = {&command_init,    &command_serve,   &command_demo,  &command_import,   &command_batch,
                                          &command_export,  &command_token,   &command_audit, &command_check,    &command_backup,
                                          &command_restore, &command_migrate, &command_seats, &command_describe, NULL};
