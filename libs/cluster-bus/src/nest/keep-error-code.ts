import { Catch, type RpcExceptionFilter } from '@nestjs/common';
import { type Observable, throwError } from 'rxjs';

/** Hands every error of a `@MessagePattern` handler to the bus as it is; the bus keeps a failure's code and hides a defect. */
export class KeepErrorCode implements RpcExceptionFilter<unknown> {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}

// Called, not written as `@Catch()`: Node runs this file as it is and knows no decorators.
Catch()(KeepErrorCode);
